DROP TABLE strategies.performance;
DROP TABLE strategies.signals;
DROP TABLE strategies.definitions;
DROP SCHEMA strategies;
