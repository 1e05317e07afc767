DROP MATERIALIZED VIEW brokerage.provider_scorecard;
DROP TABLE brokerage.orders;
DROP TABLE brokerage.positions;
DROP TABLE brokerage.account_snapshots;
DROP TABLE brokerage.accounts;
DROP SCHEMA brokerage;
