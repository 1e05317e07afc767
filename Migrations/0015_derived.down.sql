DROP TABLE derived.correlation_matrices;
DROP TABLE derived.volatility_metrics;
DROP TABLE derived.technical_indicators;
DROP SCHEMA derived;
