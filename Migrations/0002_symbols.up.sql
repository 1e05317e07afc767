-- Exchanges and symbols: what everything else refers to.

CREATE SCHEMA market_data;
COMMENT ON SCHEMA market_data IS 'Symbols, exchanges, OHLCV bars, registry of raw DBN files';

CREATE TABLE market_data.exchanges (
  mic         text PRIMARY KEY CHECK (mic ~ '^[A-Z0-9]{4}$'),
  name        text NOT NULL,
  country     text CHECK (country ~ '^[A-Z]{2}$'),
  timezone    text NOT NULL DEFAULT 'America/New_York',
  currency    text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3,5}$'),
  open_time   time,
  close_time  time,
  created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE market_data.exchanges IS 'Trading venues, keyed by ISO 10383 market identifier code';

CREATE TABLE market_data.symbols (
  symbol              text PRIMARY KEY CHECK (symbol <> '' AND length(symbol) <= 71),
  name                text,
  exchange_mic        text REFERENCES market_data.exchanges (mic),
  asset_class         text NOT NULL DEFAULT 'equity'
                      CHECK (asset_class IN ('equity', 'etf', 'future', 'option', 'crypto', 'forex', 'index', 'bond')),
  currency            text NOT NULL DEFAULT 'USD',
  sector              text,
  industry            text,
  tick_size           numeric(18, 9) CHECK (tick_size > 0),
  lot_size            numeric(18, 6) NOT NULL DEFAULT 1 CHECK (lot_size > 0),
  contract_multiplier numeric(18, 6) NOT NULL DEFAULT 1 CHECK (contract_multiplier > 0),
  underlying          text REFERENCES market_data.symbols (symbol),
  expiration          date,
  strike              numeric(18, 6),
  option_right        text CHECK (option_right IN ('call', 'put')),
  is_active           boolean NOT NULL DEFAULT true,
  first_date          date,
  last_date           date,
  tags                text[] NOT NULL DEFAULT '{}',
  metadata            jsonb NOT NULL DEFAULT '{}',
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  CHECK (last_date IS NULL OR first_date IS NULL OR last_date >= first_date),
  CHECK (asset_class <> 'option' OR (expiration IS NOT NULL AND strike IS NOT NULL AND option_right IS NOT NULL))
);
COMMENT ON TABLE market_data.symbols IS 'Instrument metadata; symbol is the platform-wide natural key';
CREATE INDEX symbols_exchange_idx ON market_data.symbols (exchange_mic);
CREATE INDEX symbols_underlying_idx ON market_data.symbols (underlying);
CREATE INDEX symbols_class_idx ON market_data.symbols (asset_class, is_active);
CREATE INDEX symbols_tags_idx ON market_data.symbols USING gin (tags);
CREATE TRIGGER symbols_touch BEFORE UPDATE ON market_data.symbols FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();
