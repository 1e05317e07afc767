DROP VIEW backtests.leaderboard;
DROP MATERIALIZED VIEW backtests.strategy_scorecard;
DROP TABLE backtests.trades;
DROP TABLE backtests.orders;
DROP TABLE backtests.equity_points;
DROP TABLE backtests.run_summary;
DROP SCHEMA backtests;
