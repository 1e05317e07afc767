DROP TABLE economic_data.observations;
DROP TABLE economic_data.indicators;
DROP TABLE economic_data.releases;
DROP SCHEMA economic_data;
