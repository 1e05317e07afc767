DROP TABLE market_data.symbols;
DROP TABLE market_data.exchanges;
DROP SCHEMA market_data;
