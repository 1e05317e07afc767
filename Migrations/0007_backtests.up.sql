-- Backtest runs with their equity curves, orders and trades.

CREATE SCHEMA backtests;
COMMENT ON SCHEMA backtests IS 'Backtest runs (LEAN or built-in engine) and their summaries, equity curves, orders, trades';

CREATE TABLE backtests.run_summary (
  run_id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- what was run
  engine                     text NOT NULL DEFAULT 'builtin' CHECK (engine IN ('builtin', 'lean')),
  engine_version             text,
  project                    text NOT NULL,
  algorithm_name             text,
  backtest_name              text,
  external_id                text,
  strategy_id                uuid REFERENCES strategies.definitions (strategy_id),
  job_id                     uuid REFERENCES control.experiment_job (job_id),
  ingestion_run_id           uuid REFERENCES ingestion.runs (run_id),
  dataset_version_id         uuid REFERENCES ingestion.dataset_versions (version_id),
  source_path                text,
  source_commit              text,
  config_hash                text,
  parameters                 jsonb NOT NULL DEFAULT '{}',
  symbols                    text[] NOT NULL DEFAULT '{}',
  benchmark                  text,
  status                     text NOT NULL DEFAULT 'completed' CHECK (status IN ('queued', 'running', 'completed', 'failed', 'canceled')),
  error_message              text,
  requested_by               text,
  -- when
  start_date                 date,
  end_date                   date,
  trading_days_per_year      integer NOT NULL DEFAULT 252 CHECK (trading_days_per_year > 0),
  out_of_sample_days         integer,
  created_at                 timestamptz NOT NULL DEFAULT now(),
  started_at                 timestamptz,
  finished_at                timestamptz,
  -- LEAN "statistics" (fractions, not percents; NULL when absent)
  currency                   text NOT NULL DEFAULT 'USD',
  start_equity               numeric(20, 4),
  end_equity                 numeric(20, 4),
  net_profit                 numeric(20, 8),
  compounding_annual_return  numeric(20, 8),
  drawdown                   numeric(12, 8) CHECK (drawdown >= 0),
  drawdown_recovery_days     integer,
  sharpe_ratio               numeric(16, 6),
  sortino_ratio              numeric(16, 6),
  probabilistic_sharpe_ratio numeric(12, 8) CHECK (probabilistic_sharpe_ratio BETWEEN 0 AND 1),
  calmar_ratio               numeric(16, 6),
  alpha                      numeric(16, 6),
  beta                       numeric(16, 6),
  annual_standard_deviation  numeric(16, 6),
  annual_variance            numeric(16, 6),
  information_ratio          numeric(16, 6),
  tracking_error             numeric(16, 6),
  treynor_ratio              numeric(16, 6),
  value_at_risk_99           numeric(16, 6),
  value_at_risk_95           numeric(16, 6),
  total_orders               integer CHECK (total_orders >= 0),
  total_trades               integer CHECK (total_trades >= 0),
  win_rate                   numeric(9, 6) CHECK (win_rate BETWEEN 0 AND 1),
  loss_rate                  numeric(9, 6) CHECK (loss_rate BETWEEN 0 AND 1),
  average_win                numeric(16, 8),
  average_loss               numeric(16, 8),
  profit_loss_ratio          numeric(16, 6),
  profit_factor              numeric(16, 6),
  expectancy                 numeric(16, 6),
  total_fees                 numeric(20, 4),
  portfolio_turnover         numeric(16, 8),
  exposure                   numeric(16, 8),
  estimated_capacity         numeric(24, 2),
  lowest_capacity_asset      text,
  order_list_hash            text,
  -- raw parts, for anything not lifted into a column
  statistics                 jsonb NOT NULL DEFAULT '{}',
  runtime_statistics         jsonb NOT NULL DEFAULT '{}',
  trade_statistics           jsonb NOT NULL DEFAULT '{}',
  portfolio_statistics       jsonb NOT NULL DEFAULT '{}',
  rolling_window             jsonb NOT NULL DEFAULT '{}',
  algorithm_configuration    jsonb NOT NULL DEFAULT '{}',
  state                      jsonb NOT NULL DEFAULT '{}',
  result_path                text,
  result_sha256              text CHECK (result_sha256 ~ '^[0-9a-f]{64}$'),
  CHECK (end_date IS NULL OR start_date IS NULL OR end_date >= start_date),
  CHECK (status <> 'failed' OR error_message IS NOT NULL)
);
COMMENT ON TABLE backtests.run_summary IS 'One row per backtest: LEAN summary or the built-in engine, same columns, source traceable';
COMMENT ON COLUMN backtests.run_summary.drawdown IS 'Maximum drawdown, positive fraction (LEAN prints 34.900%: 0.349)';
COMMENT ON COLUMN backtests.run_summary.external_id IS 'LEAN algorithm id: the N of N.json, N-summary.json, N-order-events.json';
CREATE UNIQUE INDEX run_summary_result_key ON backtests.run_summary (engine, project, result_sha256) WHERE result_sha256 IS NOT NULL;
CREATE INDEX run_summary_sharpe_idx ON backtests.run_summary (sharpe_ratio DESC NULLS LAST, drawdown) WHERE status = 'completed';
CREATE INDEX run_summary_created_idx ON backtests.run_summary (created_at DESC);
CREATE INDEX run_summary_project_idx ON backtests.run_summary (project, created_at DESC);
CREATE INDEX run_summary_strategy_idx ON backtests.run_summary (strategy_id, created_at DESC);
CREATE INDEX run_summary_job_idx ON backtests.run_summary (job_id);
CREATE INDEX run_summary_ingestion_idx ON backtests.run_summary (ingestion_run_id);
CREATE INDEX run_summary_version_idx ON backtests.run_summary (dataset_version_id);

CREATE TABLE backtests.equity_points (
  run_id    uuid NOT NULL REFERENCES backtests.run_summary (run_id) ON DELETE CASCADE,
  ts        timestamptz NOT NULL,
  equity    numeric(20, 4) NOT NULL,
  benchmark numeric(20, 6),
  daily_return numeric(16, 10),
  drawdown  numeric(12, 8),
  turnover  numeric(16, 8),
  exposure  numeric(16, 8),
  PRIMARY KEY (run_id, ts)
);
COMMENT ON TABLE backtests.equity_points IS 'Equity curve of a run (one point a day)';

CREATE TABLE backtests.orders (
  run_id        uuid NOT NULL REFERENCES backtests.run_summary (run_id) ON DELETE CASCADE,
  order_no      integer NOT NULL,
  symbol        text NOT NULL,
  order_type    text NOT NULL,
  direction     text NOT NULL CHECK (direction IN ('buy', 'sell', 'hold')),
  quantity      numeric(20, 6) NOT NULL,
  price         numeric(20, 9),
  status        text NOT NULL,
  fee           numeric(20, 6),
  tag           text,
  created_time  timestamptz,
  last_fill_time timestamptz,
  raw           jsonb,
  PRIMARY KEY (run_id, order_no)
);
COMMENT ON TABLE backtests.orders IS 'Orders of a run';
CREATE INDEX bt_orders_symbol_idx ON backtests.orders (symbol);

CREATE TABLE backtests.trades (
  run_id      uuid NOT NULL REFERENCES backtests.run_summary (run_id) ON DELETE CASCADE,
  trade_no    integer NOT NULL,
  symbol      text NOT NULL,
  direction   text NOT NULL CHECK (direction IN ('long', 'short')),
  quantity    numeric(20, 6) NOT NULL CHECK (quantity > 0),
  entry_time  timestamptz NOT NULL,
  entry_price numeric(20, 9) NOT NULL,
  exit_time   timestamptz NOT NULL,
  exit_price  numeric(20, 9) NOT NULL,
  profit_loss numeric(20, 6) NOT NULL,
  total_fees  numeric(20, 6) NOT NULL DEFAULT 0,
  mae         numeric(20, 6),
  mfe         numeric(20, 6),
  is_win      boolean NOT NULL,
  PRIMARY KEY (run_id, trade_no),
  CHECK (exit_time >= entry_time)
);
COMMENT ON TABLE backtests.trades IS 'Closed trades of a run';
CREATE INDEX bt_trades_symbol_idx ON backtests.trades (symbol);

CREATE MATERIALIZED VIEW backtests.strategy_scorecard AS
WITH done AS (
  SELECT r.*, COALESCE(d.name, r.algorithm_name, r.project) AS strategy_name,
         row_number() OVER (PARTITION BY COALESCE(r.strategy_id::text, r.project) ORDER BY r.created_at DESC, r.run_id) AS age
  FROM backtests.run_summary r LEFT JOIN strategies.definitions d USING (strategy_id)
  WHERE r.status = 'completed')
SELECT COALESCE(strategy_id::text, 'project:' || project) AS scorecard_key,
       min(strategy_id::text)::uuid AS strategy_id, min(project) AS project, min(strategy_name) AS strategy_name,
       count(*) AS runs, max(created_at) AS last_run_at,
       (array_agg(run_id ORDER BY age))[1] AS latest_run_id,
       (array_agg(sharpe_ratio ORDER BY age))[1] AS latest_sharpe,
       (array_agg(drawdown ORDER BY age))[1] AS latest_drawdown,
       (array_agg(compounding_annual_return ORDER BY age))[1] AS latest_cagr,
       (array_agg(run_id ORDER BY sharpe_ratio DESC NULLS LAST, age))[1] AS best_run_id,
       max(sharpe_ratio) AS best_sharpe,
       round(avg(sharpe_ratio), 6) AS mean_sharpe,
       round(stddev_samp(sharpe_ratio), 6) AS sd_sharpe,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY sharpe_ratio) AS median_sharpe,
       max(drawdown) AS worst_drawdown,
       round(avg(compounding_annual_return), 8) AS mean_cagr,
       round(avg(win_rate), 6) AS mean_win_rate,
       round(avg(profit_factor), 6) AS mean_profit_factor,
       sum(total_orders) AS total_orders,
       round(avg(CASE WHEN net_profit > 0 THEN 1 ELSE 0 END), 6) AS profitable_share
FROM done GROUP BY COALESCE(strategy_id::text, 'project:' || project);
COMMENT ON MATERIALIZED VIEW backtests.strategy_scorecard IS 'One row per strategy: latest, best and mean results of its backtests';
CREATE UNIQUE INDEX strategy_scorecard_key ON backtests.strategy_scorecard (scorecard_key);
CREATE INDEX strategy_scorecard_best_idx ON backtests.strategy_scorecard (best_sharpe DESC NULLS LAST);

CREATE VIEW backtests.leaderboard AS
SELECT run_id, project, strategy_id, sharpe_ratio, drawdown, compounding_annual_return, net_profit, total_orders, created_at,
       rank() OVER (ORDER BY sharpe_ratio DESC NULLS LAST, drawdown) AS rank
FROM backtests.run_summary WHERE status = 'completed';
COMMENT ON VIEW backtests.leaderboard IS 'Completed runs by Sharpe, then drawdown';
