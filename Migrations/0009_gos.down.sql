DROP TABLE gos.improvement_log;
DROP TABLE gos.daily_scoreboard;
DROP TABLE gos.experiments;
DROP TABLE gos.opportunities;
DROP SCHEMA gos;
