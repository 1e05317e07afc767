DROP VIEW market_data.coverage;
DROP MATERIALIZED VIEW market_data.ohlcv_daily;
DROP TABLE market_data.dbn_files;
DROP TABLE market_data.ohlcv;
