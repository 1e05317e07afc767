-- Datasets, their runs and immutable versions, quality checks, watermarks and leases.

CREATE SCHEMA ingestion;
COMMENT ON SCHEMA ingestion IS 'Runs, datasets and their immutable versions, quality checks, watermarks, leases';

CREATE TABLE ingestion.datasets (
  dataset_id    text PRIMARY KEY CHECK (dataset_id ~ '^[a-z0-9][a-z0-9_.\-]*$'),
  name          text NOT NULL,
  tier          text NOT NULL CHECK (tier IN ('bronze', 'silver', 'gold')),
  kind          text NOT NULL CHECK (kind IN ('ohlcv', 'mbo', 'grid', 'brokerage', 'economic', 'news', 'events', 'derived', 'backtest', 'other')),
  provider      text,
  description   text,
  owner         text,
  freshness_sla interval,
  schema_json   jsonb NOT NULL DEFAULT '{}',
  is_active     boolean NOT NULL DEFAULT true,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingestion.datasets IS 'Registry of datasets of the lake and of the database (bronze, silver, gold)';
CREATE TRIGGER datasets_touch BEFORE UPDATE ON ingestion.datasets FOR EACH ROW EXECUTE FUNCTION control.touch_updated_at();

CREATE TABLE ingestion.runs (
  run_id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  dataset_id      text REFERENCES ingestion.datasets (dataset_id),
  pipeline        text NOT NULL,
  provider        text,
  trigger_kind    text NOT NULL DEFAULT 'manual' CHECK (trigger_kind IN ('manual', 'mutation', 'schedule', 'backfill', 'retry')),
  status          text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  stage           text CHECK (stage IN ('extract', 'stage', 'validate', 'publish', 'record')),
  window_start    timestamptz,
  window_end      timestamptz,
  params          jsonb NOT NULL DEFAULT '{}',
  rows_read       bigint NOT NULL DEFAULT 0 CHECK (rows_read >= 0),
  rows_written    bigint NOT NULL DEFAULT 0 CHECK (rows_written >= 0),
  rows_rejected   bigint NOT NULL DEFAULT 0 CHECK (rows_rejected >= 0),
  http_requests   integer NOT NULL DEFAULT 0,
  path_used       text,
  error_code      text,
  error_message   text,
  requested_by    text,
  idempotency_key text UNIQUE,
  retry_of        uuid REFERENCES ingestion.runs (run_id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  finished_at     timestamptz,
  heartbeat_at    timestamptz,
  CHECK (window_end IS NULL OR window_start IS NULL OR window_end >= window_start),
  CHECK (finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at),
  CHECK (status NOT IN ('succeeded', 'failed', 'cancelled') OR finished_at IS NOT NULL),
  CHECK (status <> 'failed' OR error_message IS NOT NULL)
);
COMMENT ON TABLE ingestion.runs IS 'One row per ingestion run; lifecycle extract, stage, validate, publish, record';
COMMENT ON COLUMN ingestion.runs.idempotency_key IS 'Same key: same run (a mutation called twice returns the first run)';
COMMENT ON COLUMN ingestion.runs.path_used IS 'Diagnostics: which code path did the work (for example builtin or lean)';
CREATE INDEX runs_status_idx ON ingestion.runs (status, created_at DESC);
CREATE INDEX runs_dataset_idx ON ingestion.runs (dataset_id, created_at DESC);
CREATE INDEX runs_created_idx ON ingestion.runs (created_at DESC);
CREATE INDEX runs_failed_idx ON ingestion.runs (created_at DESC) WHERE status = 'failed';
CREATE INDEX runs_retry_idx ON ingestion.runs (retry_of);

CREATE TABLE ingestion.run_events (
  run_id     uuid NOT NULL REFERENCES ingestion.runs (run_id) ON DELETE CASCADE,
  sequence   integer NOT NULL CHECK (sequence > 0),
  level      text NOT NULL DEFAULT 'info' CHECK (level IN ('debug', 'info', 'warning', 'error')),
  stage      text,
  message    text NOT NULL,
  payload    jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, sequence)
);
COMMENT ON TABLE ingestion.run_events IS 'Append-only log of a run; it goes with its run';
CREATE TRIGGER run_events_append BEFORE UPDATE ON ingestion.run_events FOR EACH ROW EXECUTE FUNCTION control.refuse_change();

CREATE TABLE ingestion.dataset_versions (
  version_id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  dataset_id        text NOT NULL REFERENCES ingestion.datasets (dataset_id),
  run_id            uuid NOT NULL REFERENCES ingestion.runs (run_id),
  version_no        integer NOT NULL CHECK (version_no > 0),
  snapshot_id       text NOT NULL UNIQUE,
  content_hash      text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  manifest_path     text NOT NULL CHECK (manifest_path <> ''),
  manifest          jsonb NOT NULL DEFAULT '{}',
  status            text NOT NULL DEFAULT 'staged' CHECK (status IN ('staged', 'published', 'rejected')),
  is_current        boolean NOT NULL DEFAULT false,
  row_count         bigint NOT NULL DEFAULT 0 CHECK (row_count >= 0),
  byte_size         bigint NOT NULL DEFAULT 0 CHECK (byte_size >= 0),
  window_start      timestamptz,
  window_end        timestamptz,
  parent_version_id uuid REFERENCES ingestion.dataset_versions (version_id),
  created_at        timestamptz NOT NULL DEFAULT now(),
  published_at      timestamptz,
  UNIQUE (dataset_id, version_no),
  UNIQUE (dataset_id, content_hash),
  CHECK (NOT is_current OR status = 'published'),
  CHECK (status <> 'published' OR published_at IS NOT NULL)
);
COMMENT ON TABLE ingestion.dataset_versions IS 'Immutable versions; exactly one published version of a dataset is current';
CREATE UNIQUE INDEX dataset_versions_one_current ON ingestion.dataset_versions (dataset_id) WHERE is_current;
CREATE INDEX dataset_versions_run_idx ON ingestion.dataset_versions (run_id);
CREATE INDEX dataset_versions_parent_idx ON ingestion.dataset_versions (parent_version_id);

CREATE FUNCTION ingestion.check_exactly_one_current() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ds text; n_pub int; n_cur int;
BEGIN
  -- A version that moves to another dataset concerns both.
  FOR ds, n_pub, n_cur IN
    SELECT dataset_id, count(*) FILTER (WHERE status = 'published'), count(*) FILTER (WHERE is_current)
      FROM ingestion.dataset_versions WHERE dataset_id IN (NEW.dataset_id, OLD.dataset_id) GROUP BY dataset_id
  LOOP
    IF n_pub > 0 AND n_cur <> 1 THEN
      RAISE EXCEPTION 'dataset % has % current versions among % published', ds, n_cur, n_pub USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION ingestion.check_exactly_one_current() IS 'At commit: a dataset with published versions has exactly one current';
CREATE CONSTRAINT TRIGGER dataset_versions_exactly_one AFTER INSERT OR UPDATE OR DELETE ON ingestion.dataset_versions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ingestion.check_exactly_one_current();

CREATE TABLE ingestion.quality_checks (
  check_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id     uuid NOT NULL REFERENCES ingestion.runs (run_id) ON DELETE CASCADE,
  version_id uuid REFERENCES ingestion.dataset_versions (version_id) ON DELETE CASCADE,
  dataset_id text REFERENCES ingestion.datasets (dataset_id),
  check_name text NOT NULL,
  status     text NOT NULL CHECK (status IN ('pass', 'warn', 'fail')),
  severity   text NOT NULL DEFAULT 'error' CHECK (severity IN ('info', 'warning', 'error', 'critical')),
  observed   numeric,
  expected   text,
  details    jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingestion.quality_checks IS 'Outcome of each validation; a fail of severity error or critical blocks publishing';
CREATE INDEX quality_checks_run_idx ON ingestion.quality_checks (run_id);
CREATE INDEX quality_checks_version_idx ON ingestion.quality_checks (version_id);
CREATE INDEX quality_checks_bad_idx ON ingestion.quality_checks (dataset_id, created_at DESC) WHERE status <> 'pass';

CREATE FUNCTION ingestion.publish_version(p_version uuid) RETURNS ingestion.dataset_versions LANGUAGE plpgsql AS $$
DECLARE v ingestion.dataset_versions;
BEGIN
  -- One publisher of a dataset at a time: its row is locked before any of its versions, or two could wait for each other.
  PERFORM 1 FROM ingestion.datasets d
    WHERE d.dataset_id = (SELECT dataset_id FROM ingestion.dataset_versions WHERE version_id = p_version) FOR UPDATE;
  SELECT * INTO v FROM ingestion.dataset_versions WHERE version_id = p_version FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no dataset version %', p_version USING ERRCODE = 'no_data_found'; END IF;
  IF v.status = 'rejected' THEN RAISE EXCEPTION 'version % was rejected', p_version USING ERRCODE = 'check_violation'; END IF;
  IF EXISTS (SELECT 1 FROM ingestion.quality_checks q
             WHERE (q.version_id = p_version OR (q.version_id IS NULL AND q.run_id = v.run_id))
               AND q.status = 'fail' AND q.severity IN ('error', 'critical')) THEN
    RAISE EXCEPTION 'version % has failed quality checks', p_version USING ERRCODE = 'check_violation';
  END IF;
  UPDATE ingestion.dataset_versions SET is_current = false WHERE dataset_id = v.dataset_id AND is_current AND version_id <> p_version;
  UPDATE ingestion.dataset_versions SET status = 'published', is_current = true, published_at = COALESCE(published_at, now())
    WHERE version_id = p_version RETURNING * INTO v;
  RETURN v;
END $$;
COMMENT ON FUNCTION ingestion.publish_version(uuid) IS 'Publish a version, or go back to an older published one (rollback): it becomes the only current one';

CREATE TABLE ingestion.watermarks (
  dataset_id    text NOT NULL REFERENCES ingestion.datasets (dataset_id) ON DELETE CASCADE,
  partition_key text NOT NULL DEFAULT '',
  watermark_at  timestamptz NOT NULL,
  cursor_token  text,
  run_id        uuid REFERENCES ingestion.runs (run_id),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset_id, partition_key)
);
COMMENT ON TABLE ingestion.watermarks IS 'How far a dataset (per partition, for example a symbol) has been pulled';
CREATE INDEX watermarks_run_idx ON ingestion.watermarks (run_id);

CREATE TABLE ingestion.job_leases (
  job_name     text PRIMARY KEY,
  holder       text NOT NULL,
  fence        bigint NOT NULL DEFAULT 1,
  acquired_at  timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  run_id       uuid REFERENCES ingestion.runs (run_id) ON DELETE SET NULL,
  CHECK (expires_at >= heartbeat_at)
);
COMMENT ON TABLE ingestion.job_leases IS 'Leases with heartbeat; fence rises with every change of holder';
CREATE INDEX job_leases_run_idx ON ingestion.job_leases (run_id);

CREATE FUNCTION ingestion.acquire_lease(p_job text, p_holder text, p_ttl interval, p_run uuid DEFAULT NULL)
RETURNS bigint LANGUAGE sql AS $$
  INSERT INTO ingestion.job_leases AS l (job_name, holder, expires_at, run_id)
  VALUES (p_job, p_holder, now() + p_ttl, p_run)
  ON CONFLICT (job_name) DO UPDATE
     SET holder = EXCLUDED.holder, run_id = EXCLUDED.run_id, heartbeat_at = now(), expires_at = EXCLUDED.expires_at,
         acquired_at = CASE WHEN l.holder = EXCLUDED.holder THEN l.acquired_at ELSE now() END,
         fence = l.fence + (l.holder <> EXCLUDED.holder)::int
   WHERE l.holder = EXCLUDED.holder OR l.expires_at < now()
  RETURNING fence
$$;
COMMENT ON FUNCTION ingestion.acquire_lease(text, text, interval, uuid) IS 'Take or renew a lease: returns its fence, NULL when another holder has it';

CREATE VIEW ingestion.health AS
SELECT d.dataset_id, d.tier, d.freshness_sla,
       r.run_id AS last_run_id, r.status AS last_status, r.finished_at AS last_finished_at, r.error_message AS last_error,
       ok.finished_at AS last_success_at,
       (d.freshness_sla IS NOT NULL AND (ok.finished_at IS NULL OR ok.finished_at < now() - d.freshness_sla)) AS is_stale,
       v.version_id AS current_version_id, v.version_no AS current_version_no
FROM ingestion.datasets d
LEFT JOIN LATERAL (SELECT * FROM ingestion.runs x WHERE x.dataset_id = d.dataset_id ORDER BY created_at DESC LIMIT 1) r ON true
LEFT JOIN LATERAL (SELECT finished_at FROM ingestion.runs x WHERE x.dataset_id = d.dataset_id AND status = 'succeeded' ORDER BY finished_at DESC LIMIT 1) ok ON true
LEFT JOIN ingestion.dataset_versions v ON v.dataset_id = d.dataset_id AND v.is_current
WHERE d.is_active;
COMMENT ON VIEW ingestion.health IS 'Per dataset: last run, last success, freshness, current version';
