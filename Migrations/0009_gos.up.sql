-- Opportunities, experiments, daily scoreboard and improvement log.

CREATE SCHEMA gos;
COMMENT ON SCHEMA gos IS 'McOS: opportunities, experiments, daily scoreboard, improvement log';

CREATE TABLE gos.opportunities (
  opportunity_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  dedupe_key     text UNIQUE,
  kind           text NOT NULL CHECK (kind IN ('market', 'news', 'jobs', 'macro', 'research', 'other')),
  title          text NOT NULL,
  thesis         text,
  symbol         text REFERENCES market_data.symbols (symbol),
  strategy_id    uuid REFERENCES strategies.definitions (strategy_id),
  source         text NOT NULL,
  source_url     text,
  confidence     numeric(5, 4) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  expected_value numeric(20, 4),
  priority       smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
  status         text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'triaged', 'accepted', 'rejected', 'executing', 'closed', 'expired')),
  payload        jsonb NOT NULL DEFAULT '{}',
  run_id         uuid REFERENCES ingestion.runs (run_id),
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz
);
COMMENT ON TABLE gos.opportunities IS 'Actionable signals with confidence and status';
CREATE INDEX opportunities_open_idx ON gos.opportunities (confidence DESC, created_at DESC) WHERE status = 'new';
CREATE INDEX opportunities_status_idx ON gos.opportunities (status, created_at DESC);
CREATE INDEX opportunities_symbol_idx ON gos.opportunities (symbol);
CREATE INDEX opportunities_strategy_idx ON gos.opportunities (strategy_id);
CREATE INDEX opportunities_run_idx ON gos.opportunities (run_id);
CREATE TRIGGER opportunities_touch BEFORE UPDATE ON gos.opportunities FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE gos.experiments (
  experiment_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  opportunity_id  uuid REFERENCES gos.opportunities (opportunity_id) ON DELETE SET NULL,
  strategy_id     uuid REFERENCES strategies.definitions (strategy_id),
  backtest_run_id uuid REFERENCES backtests.run_summary (run_id) ON DELETE SET NULL,
  job_id          uuid REFERENCES control.experiment_job (job_id),
  name            text NOT NULL,
  hypothesis      text NOT NULL,
  variant         text,
  status          text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'running', 'succeeded', 'failed', 'inconclusive', 'abandoned')),
  metrics         jsonb NOT NULL DEFAULT '{}',
  conclusion      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  finished_at     timestamptz
);
COMMENT ON TABLE gos.experiments IS 'What was tried for an opportunity and what came of it';
CREATE INDEX experiments_opportunity_idx ON gos.experiments (opportunity_id);
CREATE INDEX experiments_strategy_idx ON gos.experiments (strategy_id);
CREATE INDEX experiments_backtest_idx ON gos.experiments (backtest_run_id);
CREATE INDEX experiments_job_idx ON gos.experiments (job_id);
CREATE TRIGGER experiments_touch BEFORE UPDATE ON gos.experiments FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE gos.daily_scoreboard (
  day                 date NOT NULL,
  lane                text NOT NULL CHECK (lane IN ('backtest', 'broker', 'opportunity', 'overall')),
  scope               text NOT NULL DEFAULT 'all',
  account_id          uuid REFERENCES brokerage.accounts (account_id) ON DELETE SET NULL,
  strategy_id         uuid REFERENCES strategies.definitions (strategy_id) ON DELETE SET NULL,
  opportunities_new   integer NOT NULL DEFAULT 0,
  opportunities_done  integer NOT NULL DEFAULT 0,
  experiments_run     integer NOT NULL DEFAULT 0,
  trades              integer NOT NULL DEFAULT 0,
  pnl                 numeric(20, 4) NOT NULL DEFAULT 0,
  hit_rate            numeric(9, 6) CHECK (hit_rate BETWEEN 0 AND 1),
  score               numeric(12, 4),
  notes               text,
  metrics             jsonb NOT NULL DEFAULT '{}',
  updated_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, lane, scope)
);
COMMENT ON TABLE gos.daily_scoreboard IS 'Outcomes per day and lane';
CREATE INDEX daily_scoreboard_account_idx ON gos.daily_scoreboard (account_id);
CREATE INDEX daily_scoreboard_strategy_idx ON gos.daily_scoreboard (strategy_id);

CREATE TABLE gos.improvement_log (
  entry_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  experiment_id uuid REFERENCES gos.experiments (experiment_id),
  area          text NOT NULL,
  summary       text NOT NULL,
  before_value  numeric,
  after_value   numeric,
  unit          text,
  actor         text NOT NULL,
  payload       jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE gos.improvement_log IS 'Append-only: what was changed and what it did';
CREATE INDEX improvement_log_experiment_idx ON gos.improvement_log (experiment_id);
CREATE INDEX improvement_log_created_idx ON gos.improvement_log (created_at DESC);
CREATE TRIGGER improvement_log_append BEFORE UPDATE OR DELETE ON gos.improvement_log FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
CREATE TRIGGER improvement_log_append_whole BEFORE TRUNCATE ON gos.improvement_log FOR EACH STATEMENT EXECUTE FUNCTION control.refuse_change();
