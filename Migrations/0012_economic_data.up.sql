-- FRED releases, series and observations.

CREATE SCHEMA economic_data;
COMMENT ON SCHEMA economic_data IS 'FRED series, observations, releases';

CREATE TABLE economic_data.releases (
  release_id    integer PRIMARY KEY,
  name          text NOT NULL,
  press_release boolean NOT NULL DEFAULT false,
  link          text,
  updated_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE economic_data.releases IS 'FRED releases';
CREATE TABLE economic_data.indicators (
  series_id           text PRIMARY KEY,
  title               text NOT NULL,
  units               text,
  frequency           text,
  seasonal_adjustment text,
  release_id          integer REFERENCES economic_data.releases (release_id),
  last_updated        timestamptz,
  notes               text
);
COMMENT ON TABLE economic_data.indicators IS 'FRED series (GDP, CPI, ...)';
CREATE INDEX indicators_release_idx ON economic_data.indicators (release_id);
CREATE TABLE economic_data.observations (
  series_id      text NOT NULL REFERENCES economic_data.indicators (series_id) ON DELETE CASCADE,
  obs_date       date NOT NULL,
  realtime_start date NOT NULL,
  realtime_end   date NOT NULL DEFAULT '9999-12-31',
  value          numeric(24, 8),
  run_id         uuid REFERENCES ingestion.runs (run_id),
  PRIMARY KEY (series_id, obs_date, realtime_start),
  CHECK (realtime_end >= realtime_start)
);
COMMENT ON TABLE economic_data.observations IS 'Values by vintage; FRED''s "." is NULL';
CREATE INDEX observations_date_idx ON economic_data.observations (obs_date DESC);
CREATE INDEX observations_run_idx ON economic_data.observations (run_id);
