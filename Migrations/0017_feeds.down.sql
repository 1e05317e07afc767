DROP INDEX control.ingestion_live_session_feed_idx;
DROP INDEX control.ingestion_live_session_feed_key;
-- The older table has no rows without a symbol, and no pauses.
DELETE FROM control.ingestion_live_session WHERE symbol IS NULL;
UPDATE control.ingestion_live_session SET status = 'stopped' WHERE status = 'paused';
COMMENT ON COLUMN control.ingestion_live_session.symbol IS NULL;
ALTER TABLE control.ingestion_live_session
  DROP CONSTRAINT ingestion_live_session_status_check,
  DROP COLUMN created_by,
  DROP COLUMN heartbeat_at,
  DROP COLUMN holder,
  DROP COLUMN reason,
  DROP COLUMN feed,
  ALTER COLUMN symbol SET NOT NULL,
  ADD CONSTRAINT ingestion_live_session_status_check
    CHECK (status IN ('starting', 'active', 'stopping', 'stopped', 'failed'));
