-- The job queue: leases with fencing tokens, retries, priorities, limits for each kind, schedules.

CREATE TABLE control.job_kind (
  kind            text PRIMARY KEY CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
  description     text NOT NULL,
  max_running     integer CHECK (max_running > 0),
  max_attempts    smallint NOT NULL DEFAULT 3 CHECK (max_attempts > 0),
  timeout_seconds integer NOT NULL DEFAULT 3600 CHECK (timeout_seconds > 0),
  backoff_seconds numeric(10, 3) NOT NULL DEFAULT 2 CHECK (backoff_seconds >= 0),
  priority        smallint NOT NULL DEFAULT 0
);
COMMENT ON TABLE control.job_kind IS 'Kinds of jobs, with their limits and what a new job of the kind starts with';
COMMENT ON COLUMN control.job_kind.max_running IS 'How many may run at once on all workers; NULL for any number';
COMMENT ON COLUMN control.job_kind.backoff_seconds IS 'Pause before the second attempt; it doubles with each further one';
INSERT INTO control.job_kind (kind, description, max_running, max_attempts, timeout_seconds) VALUES
  ('experiment', 'An experiment of a modeling session', NULL, 1, 86400),
  ('backtest', 'A backtest, or a sweep of many', NULL, 3, 3600),
  ('ingest', 'Brings data of a provider into the database', 4, 5, 3600),
  ('generate', 'Makes data', NULL, 3, 3600),
  ('gold', 'Computes a gold dataset', NULL, 3, 3600),
  ('replay', 'Replays market data', NULL, 1, 86400),
  ('promote', 'Makes a serving version and points an alias at it', NULL, 1, 60),
  ('noop', 'Does nothing: measures the queue', NULL, 3, 60);

ALTER TABLE control.experiment_job
  DROP CONSTRAINT experiment_job_kind_check,
  DROP CONSTRAINT experiment_job_status_check,
  ADD COLUMN id uuid GENERATED ALWAYS AS (job_id) STORED,
  ADD COLUMN priority smallint NOT NULL DEFAULT 0,
  ADD COLUMN max_attempts smallint NOT NULL DEFAULT 3 CHECK (max_attempts > 0),
  ADD COLUMN timeout_seconds integer NOT NULL DEFAULT 3600 CHECK (timeout_seconds > 0),
  ADD COLUMN backoff_seconds numeric(10, 3) NOT NULL DEFAULT 2 CHECK (backoff_seconds >= 0),
  ADD COLUMN run_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN fence bigint NOT NULL DEFAULT 0,
  ADD COLUMN heartbeat_at timestamptz,
  ADD COLUMN error_code text,
  ADD COLUMN result jsonb,
  ADD COLUMN schedule_name text,
  ADD COLUMN scheduled_for timestamptz,
  ADD CONSTRAINT experiment_job_kind_fkey FOREIGN KEY (kind) REFERENCES control.job_kind (kind),
  ADD CONSTRAINT experiment_job_status_check
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'canceled', 'dead')),
  ADD CONSTRAINT experiment_job_dead_check CHECK (status <> 'dead' OR completed_at IS NOT NULL);
COMMENT ON COLUMN control.experiment_job.id IS 'The same as job_id';
COMMENT ON COLUMN control.experiment_job.status IS 'failed: trying again is of no use; dead: it was tried as often as it may be';
COMMENT ON COLUMN control.experiment_job.run_at IS 'Not before this time: the future after an attempt that failed';
COMMENT ON COLUMN control.experiment_job.fence IS 'Rises with every holder; what a worker writes has to name the current one';
DROP INDEX control.experiment_job_queue_idx;
CREATE INDEX experiment_job_queue_idx ON control.experiment_job (priority DESC, created_at, job_id) WHERE status = 'pending';
CREATE INDEX experiment_job_running_idx ON control.experiment_job (lease_expires_at) WHERE status = 'running';
CREATE INDEX experiment_job_kind_idx ON control.experiment_job (kind, status);
CREATE INDEX experiment_job_schedule_idx ON control.experiment_job (schedule_name, scheduled_for DESC) WHERE schedule_name IS NOT NULL;

INSERT INTO control.workspace (name) VALUES ('default') ON CONFLICT (name) DO NOTHING;

CREATE FUNCTION control.add_job_event(p_job uuid, p_type text, p_payload jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO control.job_event (job_id, sequence, event_type, payload)
  SELECT p_job, coalesce(max(sequence), 0) + 1, p_type, p_payload FROM control.job_event WHERE job_id = p_job
$$;
COMMENT ON FUNCTION control.add_job_event(uuid, text, jsonb) IS 'Adds an event to a job whose row the transaction has locked';

CREATE FUNCTION control.claim_jobs(p_holder text, p_limit integer, p_lease interval, p_kinds text[])
RETURNS SETOF control.experiment_job LANGUAGE plpgsql AS $$
DECLARE
  k record; j record;
  open_kinds text[] := '{}';
  limited text[] := '{}';
  rooms integer[] := '{}';
  room integer; place integer;
  taken uuid[] := '{}';
BEGIN
  FOR k IN SELECT kind, max_running FROM control.job_kind WHERE kind = ANY (p_kinds) ORDER BY kind LOOP
    IF k.max_running IS NULL THEN
      open_kinds := open_kinds || k.kind;
      CONTINUE;
    END IF;
    CONTINUE WHEN NOT EXISTS (SELECT 1 FROM control.experiment_job
                              WHERE kind = k.kind AND status = 'pending' AND run_at <= now());
    -- One claims of a limited kind at a time; who comes second finds something at the next look.
    CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended('job_kind:' || k.kind, 0));
    SELECT k.max_running - count(*) INTO room FROM control.experiment_job
      WHERE kind = k.kind AND status = 'running';
    CONTINUE WHEN room <= 0;
    open_kinds := open_kinds || k.kind;
    limited := limited || k.kind;
    rooms := rooms || room;
  END LOOP;
  FOR j IN SELECT job_id, kind FROM control.experiment_job
           WHERE status = 'pending' AND run_at <= now() AND kind = ANY (open_kinds)
           ORDER BY priority DESC, created_at, job_id LIMIT p_limit FOR UPDATE SKIP LOCKED LOOP
    place := array_position(limited, j.kind);
    IF place IS NOT NULL THEN
      CONTINUE WHEN rooms[place] = 0;
      rooms[place] := rooms[place] - 1;
    END IF;
    taken := taken || j.job_id;
  END LOOP;
  RETURN QUERY UPDATE control.experiment_job e
    SET status = 'running', lease_holder = p_holder, lease_expires_at = clock_timestamp() + p_lease,
        heartbeat_at = clock_timestamp(), fence = e.fence + 1, attempts = e.attempts + 1,
        started_at = coalesce(e.started_at, clock_timestamp()), error_code = NULL, error_message = NULL
    WHERE e.job_id = ANY (taken) RETURNING e.*;
END $$;
COMMENT ON FUNCTION control.claim_jobs(text, integer, interval, text[]) IS
  'Gives a worker pending jobs, the most urgent first, within the limits of their kinds';

CREATE FUNCTION control.give_up_attempt(p_job uuid, p_fence bigint, p_code text, p_message text, p_retries boolean, p_pause interval DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE e control.experiment_job; next_status text; pause interval;
BEGIN
  SELECT * INTO e FROM control.experiment_job WHERE job_id = p_job AND fence = p_fence AND status = 'running' FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  next_status := CASE WHEN e.cancel_requested THEN 'canceled' WHEN NOT p_retries THEN 'failed'
                      WHEN e.attempts >= e.max_attempts THEN 'dead' ELSE 'pending' END;
  pause := coalesce(p_pause, make_interval(secs => (least(e.backoff_seconds * 2 ^ least(e.attempts - 1, 20), 3600)
                                                    * (0.75 + random() / 2))::double precision));
  UPDATE control.experiment_job SET status = next_status, error_code = p_code, error_message = p_message,
      lease_expires_at = NULL,
      run_at = CASE WHEN next_status = 'pending' THEN clock_timestamp() + pause ELSE run_at END,
      completed_at = CASE WHEN next_status = 'pending' THEN NULL ELSE clock_timestamp() END
    WHERE job_id = p_job;
  PERFORM control.add_job_event(p_job, CASE next_status WHEN 'canceled' THEN 'cancel' ELSE 'error' END,
    jsonb_build_object('code', p_code, 'message', p_message, 'attempt', e.attempts, 'status', next_status));
  RETURN next_status;
END $$;
COMMENT ON FUNCTION control.give_up_attempt(uuid, bigint, text, text, boolean, interval) IS
  'Ends an attempt of the holder of the fence without success: the job waits for the next one, or has failed, or is dead; NULL where it has another holder';

CREATE FUNCTION control.reap_jobs() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE j record; n integer := 0;
BEGIN
  FOR j IN SELECT job_id, fence, lease_holder FROM control.experiment_job
           WHERE status = 'running' AND lease_expires_at < clock_timestamp()
           ORDER BY lease_expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED LOOP
    PERFORM control.give_up_attempt(j.job_id, j.fence, 'lease-expired',
      'the worker ' || j.lease_holder || ' was not heard of before its lease ran out', true, '0');
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;
COMMENT ON FUNCTION control.reap_jobs() IS 'Takes jobs back whose workers are gone';

-- What a job has made is found from it.
ALTER TABLE ingestion.runs ADD COLUMN job_id uuid REFERENCES control.experiment_job (job_id);
CREATE INDEX runs_job_idx ON ingestion.runs (job_id);
ALTER TABLE control.serving_activation ADD COLUMN job_id uuid REFERENCES control.experiment_job (job_id);
CREATE INDEX serving_activation_job_idx ON control.serving_activation (job_id);
ALTER TABLE backtests.run_summary ADD COLUMN metric_convention text NOT NULL DEFAULT 'lean'
  CHECK (metric_convention IN ('lean', 'trading_days'));
COMMENT ON COLUMN backtests.run_summary.metric_convention IS
  'How the ratios are computed. trading_days: from one return per trading day, as empyrical does; lean: as LEAN does, from every calendar day. The builtin engine keeps both in statistics';
