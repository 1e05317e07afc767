DROP TABLE execution.positions;
DROP TABLE execution.fills;
DROP TABLE execution.orders;
DROP SCHEMA execution;
