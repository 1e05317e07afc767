-- Snapshots of broker accounts.

CREATE SCHEMA brokerage;
COMMENT ON SCHEMA brokerage IS 'Broker snapshots (Alpaca, Tradier paper first): accounts, positions, orders';

CREATE TABLE brokerage.accounts (
  account_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  provider           text NOT NULL CHECK (provider IN ('alpaca', 'tradier', 'mock')),
  environment        text NOT NULL DEFAULT 'paper' CHECK (environment IN ('paper', 'sandbox', 'live')),
  external_id        text NOT NULL,
  account_number     text,
  account_type       text,
  status             text,
  currency           text NOT NULL DEFAULT 'USD',
  cash               numeric(20, 4),
  equity             numeric(20, 4),
  last_equity        numeric(20, 4),
  portfolio_value    numeric(20, 4),
  buying_power       numeric(20, 4),
  long_market_value  numeric(20, 4),
  short_market_value numeric(20, 4),
  initial_margin     numeric(20, 4),
  maintenance_margin numeric(20, 4),
  open_pl            numeric(20, 4),
  close_pl           numeric(20, 4),
  multiplier         numeric(6, 2),
  daytrade_count     integer,
  pattern_day_trader boolean,
  trading_blocked    boolean,
  opened_at          timestamptz,
  as_of              timestamptz NOT NULL,
  run_id             uuid REFERENCES ingestion.runs (run_id),
  raw                jsonb NOT NULL DEFAULT '{}',
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider, environment, external_id)
);
COMMENT ON TABLE brokerage.accounts IS 'Latest state of each broker account';
CREATE INDEX accounts_run_idx ON brokerage.accounts (run_id);
CREATE TRIGGER accounts_touch BEFORE UPDATE ON brokerage.accounts FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE brokerage.account_snapshots (
  account_id   uuid NOT NULL REFERENCES brokerage.accounts (account_id) ON DELETE CASCADE,
  as_of        timestamptz NOT NULL,
  cash         numeric(20, 4),
  equity       numeric(20, 4),
  buying_power numeric(20, 4),
  market_value numeric(20, 4),
  run_id       uuid REFERENCES ingestion.runs (run_id),
  PRIMARY KEY (account_id, as_of)
);
COMMENT ON TABLE brokerage.account_snapshots IS 'Balances over time, one row per ingested snapshot';
CREATE INDEX account_snapshots_run_idx ON brokerage.account_snapshots (run_id);

CREATE TABLE brokerage.positions (
  position_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id       uuid NOT NULL REFERENCES brokerage.accounts (account_id) ON DELETE CASCADE,
  symbol           text NOT NULL,
  instrument       text REFERENCES market_data.symbols (symbol),
  external_id      text,
  asset_class      text NOT NULL DEFAULT 'equity',
  side             text NOT NULL CHECK (side IN ('long', 'short')),
  qty              numeric(20, 9) NOT NULL CHECK (qty <> 0),
  avg_entry_price  numeric(20, 9),
  cost_basis       numeric(20, 4),
  market_value     numeric(20, 4),
  current_price    numeric(20, 9),
  lastday_price    numeric(20, 9),
  unrealized_pl    numeric(20, 4),
  unrealized_plpc  numeric(16, 8),
  change_today     numeric(16, 8),
  acquired_at      timestamptz,
  as_of            timestamptz NOT NULL,
  run_id           uuid REFERENCES ingestion.runs (run_id),
  raw              jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, symbol),
  CHECK ((side = 'long') = (qty > 0))
);
COMMENT ON TABLE brokerage.positions IS 'Open positions as of the last snapshot; a closed one is deleted by the ingest (qty is signed)';
COMMENT ON COLUMN brokerage.positions.instrument IS 'Link to the symbol registry when the broker''s symbol is known there';
CREATE INDEX positions_symbol_idx ON brokerage.positions (symbol);
CREATE INDEX positions_instrument_idx ON brokerage.positions (instrument);
CREATE INDEX positions_run_idx ON brokerage.positions (run_id);
CREATE TRIGGER positions_touch BEFORE UPDATE ON brokerage.positions FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE brokerage.orders (
  order_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id       uuid NOT NULL REFERENCES brokerage.accounts (account_id) ON DELETE CASCADE,
  external_id      text NOT NULL,
  client_order_id  text,
  parent_order_id  uuid REFERENCES brokerage.orders (order_id) ON DELETE CASCADE,
  symbol           text NOT NULL,
  instrument       text REFERENCES market_data.symbols (symbol),
  asset_class      text NOT NULL DEFAULT 'equity',
  side             text NOT NULL,
  order_type       text NOT NULL,
  order_class      text,
  time_in_force    text,
  qty              numeric(20, 9),
  notional         numeric(20, 4),
  filled_qty       numeric(20, 9) NOT NULL DEFAULT 0 CHECK (filled_qty >= 0),
  remaining_qty    numeric(20, 9),
  filled_avg_price numeric(20, 9),
  limit_price      numeric(20, 9),
  stop_price       numeric(20, 9),
  trail_price      numeric(20, 9),
  trail_percent    numeric(9, 4),
  status           text NOT NULL,
  status_group     text GENERATED ALWAYS AS (
                     CASE WHEN status IN ('filled') THEN 'filled'
                          WHEN status IN ('canceled', 'cancelled', 'expired', 'rejected', 'replaced', 'done_for_day', 'error') THEN 'closed'
                          ELSE 'open' END) STORED,
  extended_hours   boolean,
  submitted_at     timestamptz,
  filled_at        timestamptz,
  canceled_at      timestamptz,
  expired_at       timestamptz,
  failed_at        timestamptz,
  broker_created_at timestamptz,
  broker_updated_at timestamptz,
  as_of            timestamptz NOT NULL,
  run_id           uuid REFERENCES ingestion.runs (run_id),
  raw              jsonb NOT NULL DEFAULT '{}',
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, external_id)
);
COMMENT ON TABLE brokerage.orders IS 'Orders seen at the broker (idempotent by account and broker order id); legs point to their parent';
CREATE INDEX orders_symbol_idx ON brokerage.orders (symbol, submitted_at DESC);
CREATE INDEX orders_account_time_idx ON brokerage.orders (account_id, submitted_at DESC);
CREATE INDEX orders_open_idx ON brokerage.orders (account_id) WHERE status_group = 'open';
CREATE INDEX orders_parent_idx ON brokerage.orders (parent_order_id);
CREATE INDEX orders_instrument_idx ON brokerage.orders (instrument);
CREATE INDEX orders_run_idx ON brokerage.orders (run_id);
CREATE TRIGGER orders_touch BEFORE UPDATE ON brokerage.orders FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE MATERIALIZED VIEW brokerage.provider_scorecard AS
SELECT a.provider, a.environment, count(DISTINCT a.account_id) AS accounts, sum(a.equity) AS equity,
       sum(a.cash) AS cash, COALESCE(sum(p.n), 0) AS positions, COALESCE(sum(p.mv), 0) AS market_value,
       COALESCE(sum(p.upl), 0) AS unrealized_pl, max(a.as_of) AS as_of
FROM brokerage.accounts a
LEFT JOIN (SELECT account_id, count(*) AS n, sum(market_value) AS mv, sum(unrealized_pl) AS upl
           FROM brokerage.positions GROUP BY account_id) p USING (account_id)
GROUP BY a.provider, a.environment;
COMMENT ON MATERIALIZED VIEW brokerage.provider_scorecard IS 'Balances and open positions per provider and environment';
CREATE UNIQUE INDEX provider_scorecard_key ON brokerage.provider_scorecard (provider, environment);
