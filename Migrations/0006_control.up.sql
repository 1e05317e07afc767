-- Workspaces, jobs, modeling sessions and live sessions.

CREATE TABLE control.workspace (
  workspace_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name         text NOT NULL UNIQUE CHECK (name <> ''),
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control.workspace IS 'Top-level unit that owns jobs, sessions and activations';
CREATE TRIGGER workspace_touch BEFORE UPDATE ON control.workspace FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE control.workspace_member (
  workspace_id uuid NOT NULL REFERENCES control.workspace (workspace_id) ON DELETE CASCADE,
  user_id      text NOT NULL,
  role         text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  joined_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);
COMMENT ON TABLE control.workspace_member IS 'Who may do what in a workspace (row-level permissions look here)';
CREATE INDEX workspace_member_user_idx ON control.workspace_member (user_id);

CREATE TABLE control.experiment_job (
  job_id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id     uuid NOT NULL REFERENCES control.workspace (workspace_id),
  kind             text NOT NULL DEFAULT 'experiment' CHECK (kind IN ('experiment', 'backtest', 'ingest', 'generate', 'gold', 'replay')),
  spec_ref         text NOT NULL,
  spec             jsonb NOT NULL DEFAULT '{}',
  status           text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'canceled')),
  progress         jsonb,
  error_message    text,
  idempotency_key  text UNIQUE,
  cancel_requested boolean NOT NULL DEFAULT false,
  attempts         smallint NOT NULL DEFAULT 0,
  lease_holder     text,
  lease_expires_at timestamptz,
  created_by       text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  CHECK (status NOT IN ('completed', 'failed', 'canceled') OR completed_at IS NOT NULL)
);
COMMENT ON TABLE control.experiment_job IS 'Job queue and history; workers take pending rows with FOR UPDATE SKIP LOCKED';
COMMENT ON COLUMN control.experiment_job.progress IS '{current_step, total_steps, pct, message}';
CREATE INDEX experiment_job_queue_idx ON control.experiment_job (created_at) WHERE status = 'pending';
CREATE INDEX experiment_job_workspace_idx ON control.experiment_job (workspace_id, created_at DESC);

CREATE TABLE control.job_event (
  job_id     uuid NOT NULL REFERENCES control.experiment_job (job_id) ON DELETE CASCADE,
  sequence   integer NOT NULL CHECK (sequence > 0),
  event_type text NOT NULL CHECK (event_type IN ('progress', 'log', 'error', 'complete', 'cancel')),
  payload    jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, sequence)
);
COMMENT ON TABLE control.job_event IS 'Append-only event log of a job; it goes with its job';
CREATE TRIGGER job_event_append BEFORE UPDATE ON control.job_event FOR EACH ROW EXECUTE FUNCTION control.refuse_change();

CREATE TABLE control.job_artifact (
  artifact_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  job_id        uuid NOT NULL REFERENCES control.experiment_job (job_id) ON DELETE CASCADE,
  artifact_type text NOT NULL,
  uri           text NOT NULL,
  checksum      text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
  byte_size     bigint,
  metadata      jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (job_id, uri)
);
COMMENT ON TABLE control.job_artifact IS 'Files a job produced, with SHA-256';

CREATE TABLE control.modeling_session (
  session_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id       uuid NOT NULL REFERENCES control.workspace (workspace_id),
  status             text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'in_progress', 'completed', 'promoted', 'abandoned')),
  model_id           text,
  selected_silver_id text,
  job_id             uuid REFERENCES control.experiment_job (job_id),
  created_by         text NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control.modeling_session IS 'A run through the seven gated modeling steps';
CREATE INDEX modeling_session_workspace_idx ON control.modeling_session (workspace_id, created_at DESC);
CREATE INDEX modeling_session_job_idx ON control.modeling_session (job_id);
CREATE TRIGGER modeling_session_touch BEFORE UPDATE ON control.modeling_session FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE control.modeling_step_state (
  session_id   uuid NOT NULL REFERENCES control.modeling_session (session_id) ON DELETE CASCADE,
  step_name    text NOT NULL,
  step_no      smallint NOT NULL GENERATED ALWAYS AS (
                 array_position(ARRAY['dataset_select', 'gold_config', 'signal_select', 'eval_params',
                                      'run_experiment', 'promote_review', 'promotion'], step_name)) STORED,
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'committed')),
  payload      jsonb,
  committed_at timestamptz,
  PRIMARY KEY (session_id, step_name),
  CHECK (status <> 'committed' OR committed_at IS NOT NULL)
);
COMMENT ON TABLE control.modeling_step_state IS 'State of each of the seven steps; a step can be committed only after all before it';
CREATE FUNCTION control.gate_modeling_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n int := array_position(ARRAY['dataset_select', 'gold_config', 'signal_select', 'eval_params',
                                      'run_experiment', 'promote_review', 'promotion'], NEW.step_name);
        done int;
BEGIN
  IF n IS NULL THEN RAISE EXCEPTION 'unknown modeling step %', NEW.step_name USING ERRCODE = 'check_violation'; END IF;
  IF NEW.status = 'committed' THEN
    SELECT count(*) INTO done FROM control.modeling_step_state
     WHERE session_id = NEW.session_id AND status = 'committed' AND step_no < n;
    IF done <> n - 1 THEN
      RAISE EXCEPTION 'step % cannot be committed: % of the % steps before it are', NEW.step_name, done, n - 1
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION control.gate_modeling_step() IS 'Trigger: order of the modeling steps';
CREATE TRIGGER modeling_step_gate BEFORE INSERT OR UPDATE ON control.modeling_step_state FOR EACH ROW EXECUTE FUNCTION control.gate_modeling_step();

CREATE TABLE control.ingestion_live_session (
  session_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES control.workspace (workspace_id),
  symbol       text NOT NULL REFERENCES market_data.symbols (symbol),
  file_id      uuid REFERENCES market_data.dbn_files (file_id),
  status       text NOT NULL DEFAULT 'starting' CHECK (status IN ('starting', 'active', 'stopping', 'stopped', 'failed')),
  checkpoint   jsonb,
  config       jsonb NOT NULL DEFAULT '{}',
  started_at   timestamptz NOT NULL DEFAULT now(),
  stopped_at   timestamptz
);
COMMENT ON TABLE control.ingestion_live_session IS 'Live or replayed market-data sessions; checkpoint = {sequence_id, ts_event_ns, updated_at}';
CREATE INDEX ingestion_live_session_workspace_idx ON control.ingestion_live_session (workspace_id, started_at DESC);
CREATE INDEX ingestion_live_session_symbol_idx ON control.ingestion_live_session (symbol);
CREATE INDEX ingestion_live_session_file_idx ON control.ingestion_live_session (file_id);
