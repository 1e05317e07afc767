-- The platform's own orders, fills and positions.

CREATE SCHEMA execution;
COMMENT ON SCHEMA execution IS 'Orders, fills and positions of the platform''s own execution';

CREATE TABLE execution.orders (
  order_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id   uuid REFERENCES brokerage.accounts (account_id),
  strategy_id  uuid REFERENCES strategies.definitions (strategy_id),
  signal_id    bigint REFERENCES strategies.signals (signal_id),
  broker_order_id uuid REFERENCES brokerage.orders (order_id),
  symbol       text NOT NULL REFERENCES market_data.symbols (symbol),
  side         text NOT NULL CHECK (side IN ('buy', 'sell')),
  order_type   text NOT NULL DEFAULT 'market' CHECK (order_type IN ('market', 'limit', 'stop', 'stop_limit', 'trailing_stop')),
  quantity     numeric(20, 9) NOT NULL CHECK (quantity > 0),
  limit_price  numeric(20, 9) CHECK (limit_price > 0),
  stop_price   numeric(20, 9) CHECK (stop_price > 0),
  time_in_force text NOT NULL DEFAULT 'day',
  status       text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'submitted', 'partially_filled', 'filled', 'canceled', 'rejected')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CHECK (order_type NOT IN ('limit', 'stop_limit') OR limit_price IS NOT NULL),
  CHECK (order_type NOT IN ('stop', 'stop_limit') OR stop_price IS NOT NULL)
);
COMMENT ON TABLE execution.orders IS 'Orders the platform wants to have done';
CREATE INDEX ex_orders_account_idx ON execution.orders (account_id, created_at DESC);
CREATE INDEX ex_orders_strategy_idx ON execution.orders (strategy_id);
CREATE INDEX ex_orders_signal_idx ON execution.orders (signal_id);
CREATE INDEX ex_orders_broker_idx ON execution.orders (broker_order_id);
CREATE INDEX ex_orders_symbol_idx ON execution.orders (symbol);
CREATE TRIGGER ex_orders_touch BEFORE UPDATE ON execution.orders FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE execution.fills (
  fill_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id  uuid NOT NULL REFERENCES execution.orders (order_id) ON DELETE CASCADE,
  ts        timestamptz NOT NULL,
  quantity  numeric(20, 9) NOT NULL CHECK (quantity > 0),
  price     numeric(20, 9) NOT NULL CHECK (price > 0),
  fee       numeric(20, 6) NOT NULL DEFAULT 0,
  liquidity text CHECK (liquidity IN ('maker', 'taker')),
  external_id text UNIQUE
);
COMMENT ON TABLE execution.fills IS 'Fills of execution.orders';
CREATE INDEX fills_order_idx ON execution.fills (order_id, ts);

CREATE TABLE execution.positions (
  position_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  strategy_id uuid REFERENCES strategies.definitions (strategy_id),
  account_id  uuid REFERENCES brokerage.accounts (account_id),
  symbol      text NOT NULL REFERENCES market_data.symbols (symbol),
  quantity    numeric(20, 9) NOT NULL,
  avg_price   numeric(20, 9) NOT NULL,
  realized_pl numeric(20, 4) NOT NULL DEFAULT 0,
  stop_price  numeric(20, 9),
  opened_at   timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (strategy_id, account_id, symbol)
);
COMMENT ON TABLE execution.positions IS 'The platform''s own positions per strategy';
CREATE INDEX ex_positions_account_idx ON execution.positions (account_id);
CREATE INDEX ex_positions_symbol_idx ON execution.positions (symbol);
CREATE TRIGGER ex_positions_touch BEFORE UPDATE ON execution.positions FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();
