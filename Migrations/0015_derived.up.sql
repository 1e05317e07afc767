-- Calculated series.

CREATE SCHEMA derived;
COMMENT ON SCHEMA derived IS 'Calculated: technical indicators, volatility, correlations';

CREATE TABLE derived.technical_indicators (
  symbol     text NOT NULL REFERENCES market_data.symbols (symbol),
  timeframe  text NOT NULL DEFAULT '1d',
  ts         timestamptz NOT NULL,
  indicator  text NOT NULL,
  params     text NOT NULL DEFAULT '',
  value      double precision,
  PRIMARY KEY (symbol, indicator, params, timeframe, ts)
);
COMMENT ON TABLE derived.technical_indicators IS 'Indicator values in long form (sma, ema, rsi, macd, ...)';
CREATE TABLE derived.volatility_metrics (
  symbol      text NOT NULL REFERENCES market_data.symbols (symbol),
  day         date NOT NULL,
  window_days integer NOT NULL CHECK (window_days > 1),
  realized    double precision,
  parkinson   double precision,
  garman_klass double precision,
  ewma        double precision,
  PRIMARY KEY (symbol, day, window_days)
);
COMMENT ON TABLE derived.volatility_metrics IS 'Annualised volatility estimates';
CREATE TABLE derived.correlation_matrices (
  symbol_a    text NOT NULL REFERENCES market_data.symbols (symbol),
  symbol_b    text NOT NULL REFERENCES market_data.symbols (symbol),
  day         date NOT NULL,
  window_days integer NOT NULL CHECK (window_days > 1),
  correlation double precision CHECK (correlation BETWEEN -1.000001 AND 1.000001),
  PRIMARY KEY (day, window_days, symbol_a, symbol_b),
  CHECK (symbol_a < symbol_b)
);
COMMENT ON TABLE derived.correlation_matrices IS 'Rolling correlations, one row per unordered pair';
CREATE INDEX correlation_a_idx ON derived.correlation_matrices (symbol_a, day);
CREATE INDEX correlation_b_idx ON derived.correlation_matrices (symbol_b, day);
