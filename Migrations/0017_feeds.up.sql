-- Feeds of market data: their names, and why they ended.

ALTER TABLE control.ingestion_live_session
  DROP CONSTRAINT ingestion_live_session_status_check,
  ALTER COLUMN symbol DROP NOT NULL,
  ADD COLUMN feed text CHECK (feed <> '' AND length(feed) <= 63),
  ADD COLUMN reason text,
  ADD COLUMN holder text,
  ADD COLUMN heartbeat_at timestamptz,
  ADD COLUMN created_by text,
  ADD CONSTRAINT ingestion_live_session_status_check
    CHECK (status IN ('starting', 'active', 'paused', 'stopping', 'stopped', 'failed'));
COMMENT ON COLUMN control.ingestion_live_session.symbol IS 'NULL where the instrument of the feed is none of market_data.symbols';
COMMENT ON COLUMN control.ingestion_live_session.feed IS 'The name that subscribers ask for; one session of a name runs at a time';
COMMENT ON COLUMN control.ingestion_live_session.reason IS 'Why it has failed';
COMMENT ON COLUMN control.ingestion_live_session.holder IS 'The server that it runs on';
COMMENT ON COLUMN control.ingestion_live_session.heartbeat_at IS 'The last word of that server';
CREATE UNIQUE INDEX ingestion_live_session_feed_key ON control.ingestion_live_session (feed) WHERE status IN ('starting', 'active', 'paused', 'stopping');
CREATE INDEX ingestion_live_session_feed_idx ON control.ingestion_live_session (feed, started_at DESC) WHERE feed IS NOT NULL;
