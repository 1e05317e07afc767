-- OHLCV bars by year and the registry of raw DBN files.

CREATE TABLE market_data.ohlcv (
  symbol      text NOT NULL REFERENCES market_data.symbols (symbol),
  timeframe   text NOT NULL DEFAULT '1d' CHECK (timeframe IN ('1s', '1m', '5m', '15m', '30m', '1h', '1d', '1w')),
  ts          timestamptz NOT NULL,
  open        numeric(20, 9) NOT NULL CHECK (open > 0),
  high        numeric(20, 9) NOT NULL,
  low         numeric(20, 9) NOT NULL CHECK (low > 0),
  close       numeric(20, 9) NOT NULL CHECK (close > 0),
  volume      numeric(24, 6) NOT NULL DEFAULT 0 CHECK (volume >= 0),
  vwap        numeric(20, 9),
  trade_count bigint CHECK (trade_count >= 0),
  source      text NOT NULL DEFAULT 'unknown',
  adjusted    boolean NOT NULL DEFAULT false,
  run_id      uuid REFERENCES ingestion.runs (run_id),
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uq_ohlcv_symbol_time PRIMARY KEY (symbol, timeframe, ts),
  CHECK (high >= GREATEST(open, close, low)),
  CHECK (low <= LEAST(open, close, high))
) PARTITION BY RANGE (ts);
COMMENT ON TABLE market_data.ohlcv IS 'OHLCV bars; ts is the start of the bar; partitioned by year, before 2010 by decade (TimescaleDB is not needed)';
-- Old bars are few (daily ones): a partition a decade; every partition costs each plan that cannot rule it out.
CREATE TABLE market_data.ohlcv_1990s PARTITION OF market_data.ohlcv
  FOR VALUES FROM ('1990-01-01 00:00:00+00') TO ('2000-01-01 00:00:00+00');
CREATE TABLE market_data.ohlcv_2000s PARTITION OF market_data.ohlcv
  FOR VALUES FROM ('2000-01-01 00:00:00+00') TO ('2010-01-01 00:00:00+00');
DO $$
BEGIN
  FOR y IN 2010 .. 2035 LOOP
    EXECUTE format('CREATE TABLE market_data.ohlcv_y%s PARTITION OF market_data.ohlcv FOR VALUES FROM (%L) TO (%L)',
                   y, y || '-01-01 00:00:00+00', (y + 1) || '-01-01 00:00:00+00');
  END LOOP;
END $$;
CREATE TABLE market_data.ohlcv_rest PARTITION OF market_data.ohlcv DEFAULT;
CREATE INDEX ohlcv_ts_idx ON market_data.ohlcv (timeframe, ts DESC);
CREATE INDEX ohlcv_run_idx ON market_data.ohlcv (run_id);

CREATE TABLE market_data.dbn_files (
  file_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  path         text NOT NULL UNIQUE,
  sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  byte_size    bigint NOT NULL CHECK (byte_size > 0),
  dbn_version  smallint NOT NULL CHECK (dbn_version BETWEEN 1 AND 3),
  dataset      text NOT NULL,
  schema_name  text NOT NULL,
  symbol       text REFERENCES market_data.symbols (symbol),
  instrument_id bigint,
  start_ns     bigint NOT NULL,
  end_ns       bigint,
  record_count bigint CHECK (record_count >= 0),
  run_id       uuid REFERENCES ingestion.runs (run_id),
  created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE market_data.dbn_files IS 'Raw DBN files that can be replayed (immutable)';
CREATE INDEX dbn_files_symbol_idx ON market_data.dbn_files (symbol, start_ns);
CREATE INDEX dbn_files_run_idx ON market_data.dbn_files (run_id);

CREATE MATERIALIZED VIEW market_data.ohlcv_daily AS
SELECT symbol, (ts AT TIME ZONE 'UTC')::date AS day,
       (array_agg(open ORDER BY ts))[1] AS open, max(high) AS high, min(low) AS low,
       (array_agg(close ORDER BY ts DESC))[1] AS close, sum(volume) AS volume, count(*) AS bars
FROM market_data.ohlcv WHERE timeframe = '1m' GROUP BY 1, 2;
COMMENT ON MATERIALIZED VIEW market_data.ohlcv_daily IS 'Daily bars made from minute bars';
CREATE UNIQUE INDEX ohlcv_daily_key ON market_data.ohlcv_daily (symbol, day);

CREATE VIEW market_data.coverage AS
SELECT symbol, timeframe, count(*) AS bars, min(ts) AS first_ts, max(ts) AS last_ts,
       count(DISTINCT source) AS sources
FROM market_data.ohlcv GROUP BY symbol, timeframe;
COMMENT ON VIEW market_data.coverage IS 'How much history there is per symbol and timeframe';
