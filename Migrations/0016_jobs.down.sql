ALTER TABLE backtests.run_summary DROP COLUMN metric_convention;
ALTER TABLE control.serving_activation DROP COLUMN job_id;
ALTER TABLE ingestion.runs DROP COLUMN job_id;
DROP FUNCTION control.reap_jobs();
DROP FUNCTION control.give_up_attempt(uuid, bigint, text, text, boolean, interval);
DROP FUNCTION control.claim_jobs(text, integer, interval, text[]);
DROP FUNCTION control.add_job_event(uuid, text, jsonb);
DELETE FROM control.workspace w WHERE name = 'default'
  AND NOT EXISTS (SELECT 1 FROM control.experiment_job j WHERE j.workspace_id = w.workspace_id)
  AND NOT EXISTS (SELECT 1 FROM control.workspace_member m WHERE m.workspace_id = w.workspace_id)
  AND NOT EXISTS (SELECT 1 FROM control.modeling_session s WHERE s.workspace_id = w.workspace_id)
  AND NOT EXISTS (SELECT 1 FROM control.audit_event a WHERE a.workspace_id = w.workspace_id)
  AND NOT EXISTS (SELECT 1 FROM control.ingestion_live_session s WHERE s.workspace_id = w.workspace_id);
DROP INDEX control.experiment_job_schedule_idx;
DROP INDEX control.experiment_job_kind_idx;
DROP INDEX control.experiment_job_running_idx;
DROP INDEX control.experiment_job_queue_idx;
COMMENT ON COLUMN control.experiment_job.status IS NULL;
-- The older table has no name for these.
UPDATE control.experiment_job SET status = 'failed' WHERE status = 'dead';
UPDATE control.experiment_job SET kind = 'experiment' WHERE kind NOT IN ('experiment', 'backtest', 'ingest', 'generate', 'gold', 'replay');
ALTER TABLE control.experiment_job
  DROP CONSTRAINT experiment_job_dead_check,
  DROP CONSTRAINT experiment_job_status_check,
  DROP CONSTRAINT experiment_job_kind_fkey,
  DROP COLUMN scheduled_for,
  DROP COLUMN schedule_name,
  DROP COLUMN result,
  DROP COLUMN error_code,
  DROP COLUMN heartbeat_at,
  DROP COLUMN fence,
  DROP COLUMN run_at,
  DROP COLUMN backoff_seconds,
  DROP COLUMN timeout_seconds,
  DROP COLUMN max_attempts,
  DROP COLUMN priority,
  DROP COLUMN id,
  ADD CONSTRAINT experiment_job_kind_check CHECK (kind IN ('experiment', 'backtest', 'ingest', 'generate', 'gold', 'replay')),
  ADD CONSTRAINT experiment_job_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed', 'canceled'));
DROP TABLE control.job_kind;
CREATE INDEX experiment_job_queue_idx ON control.experiment_job (created_at) WHERE status = 'pending';
