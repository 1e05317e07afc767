-- Strategies, their signals and their daily performance.

CREATE SCHEMA strategies;
COMMENT ON SCHEMA strategies IS 'Strategy definitions, signals, daily performance';

CREATE TABLE strategies.definitions (
  strategy_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name        text NOT NULL,
  version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
  kind        text NOT NULL CHECK (kind IN ('switch', 'fly', 'pair', 'momentum', 'mean_reversion', 'trend', 'carry', 'ml', 'buy_and_hold', 'custom')),
  engine      text NOT NULL DEFAULT 'builtin' CHECK (engine IN ('builtin', 'lean')),
  description text,
  source_path text,
  parameters  jsonb NOT NULL DEFAULT '{}',
  universe    text[] NOT NULL DEFAULT '{}',
  status      text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'retired')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, version)
);
COMMENT ON TABLE strategies.definitions IS 'Strategies; a changed one gets a new version';
CREATE TRIGGER definitions_touch BEFORE UPDATE ON strategies.definitions FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE strategies.signals (
  signal_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  strategy_id uuid NOT NULL REFERENCES strategies.definitions (strategy_id) ON DELETE CASCADE,
  symbol      text NOT NULL REFERENCES market_data.symbols (symbol),
  ts          timestamptz NOT NULL,
  direction   smallint NOT NULL CHECK (direction IN (-1, 0, 1)),
  strength    numeric(9, 6) CHECK (strength BETWEEN 0 AND 1),
  horizon     interval,
  features    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (strategy_id, symbol, ts)
);
COMMENT ON TABLE strategies.signals IS 'Signals a strategy gave';
CREATE INDEX signals_symbol_idx ON strategies.signals (symbol, ts DESC);

CREATE TABLE strategies.performance (
  strategy_id      uuid NOT NULL REFERENCES strategies.definitions (strategy_id) ON DELETE CASCADE,
  day              date NOT NULL,
  equity           numeric(20, 4) NOT NULL,
  daily_return     numeric(14, 8) NOT NULL DEFAULT 0,
  drawdown         numeric(14, 8) NOT NULL DEFAULT 0 CHECK (drawdown >= 0),
  exposure         numeric(14, 8),
  turnover         numeric(14, 8),
  trades           integer NOT NULL DEFAULT 0,
  PRIMARY KEY (strategy_id, day)
);
COMMENT ON TABLE strategies.performance IS 'Daily live or paper performance of a strategy';
