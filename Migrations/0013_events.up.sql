-- Earnings, dividends, splits and the economic calendar.

CREATE SCHEMA events;
COMMENT ON SCHEMA events IS 'Earnings, dividends, splits, economic calendar';

CREATE TABLE events.earnings (
  symbol        text NOT NULL REFERENCES market_data.symbols (symbol),
  report_date   date NOT NULL,
  fiscal_period text NOT NULL DEFAULT '',
  when_hint     text CHECK (when_hint IN ('bmo', 'amc', 'dmh')),
  eps_estimate  numeric(14, 4),
  eps_actual    numeric(14, 4),
  revenue_estimate numeric(22, 2),
  revenue_actual   numeric(22, 2),
  source        text,
  PRIMARY KEY (symbol, report_date, fiscal_period)
);
COMMENT ON TABLE events.earnings IS 'Earnings announcements';
CREATE INDEX earnings_date_idx ON events.earnings (report_date);
CREATE TABLE events.dividends (
  symbol       text NOT NULL REFERENCES market_data.symbols (symbol),
  ex_date      date NOT NULL,
  amount       numeric(14, 6) NOT NULL CHECK (amount >= 0),
  currency     text NOT NULL DEFAULT 'USD',
  record_date  date,
  payment_date date,
  kind         text NOT NULL DEFAULT 'cash',
  source       text,
  PRIMARY KEY (symbol, ex_date, kind)
);
COMMENT ON TABLE events.dividends IS 'Dividend payments';
CREATE INDEX dividends_date_idx ON events.dividends (ex_date);
CREATE TABLE events.splits (
  symbol text NOT NULL REFERENCES market_data.symbols (symbol),
  ex_date date NOT NULL,
  ratio_from numeric(14, 6) NOT NULL CHECK (ratio_from > 0),
  ratio_to   numeric(14, 6) NOT NULL CHECK (ratio_to > 0),
  PRIMARY KEY (symbol, ex_date)
);
COMMENT ON TABLE events.splits IS 'Share splits';
CREATE TABLE events.economic_events (
  event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ts         timestamptz NOT NULL,
  country    text NOT NULL DEFAULT 'US',
  name       text NOT NULL,
  importance smallint CHECK (importance BETWEEN 1 AND 3),
  actual     numeric, forecast numeric, previous numeric,
  series_id  text REFERENCES economic_data.indicators (series_id),
  source     text,
  UNIQUE (ts, country, name)
);
COMMENT ON TABLE events.economic_events IS 'Economic calendar';
CREATE INDEX economic_events_series_idx ON events.economic_events (series_id);
