-- Serving versions, aliases, activations and the audit trail.

CREATE TABLE control.serving_version (
  serving_id             text PRIMARY KEY CHECK (serving_id ~ '^[a-z0-9][a-z0-9_]*$'),
  description            text NOT NULL DEFAULT '',
  spec                   jsonb NOT NULL,
  spec_sha256            text NOT NULL CHECK (spec_sha256 ~ '^[0-9a-f]{64}$'),
  source_run_id          text NOT NULL,
  source_experiment_name text NOT NULL,
  source_config_hash     text NOT NULL,
  backtest_run_id        uuid REFERENCES backtests.run_summary (run_id),
  session_id             uuid REFERENCES control.modeling_session (session_id),
  created_by             text NOT NULL,
  created_at             timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source_run_id, source_config_hash)
);
COMMENT ON TABLE control.serving_version IS 'Immutable serving versions; id = srv_{experiment}_{run8}_{hash8}';
CREATE INDEX serving_version_backtest_idx ON control.serving_version (backtest_run_id);
CREATE INDEX serving_version_session_idx ON control.serving_version (session_id);
CREATE TRIGGER serving_version_immutable BEFORE UPDATE OR DELETE ON control.serving_version FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
CREATE TRIGGER serving_version_immutable_whole BEFORE TRUNCATE ON control.serving_version FOR EACH STATEMENT EXECUTE FUNCTION control.refuse_change();

CREATE TABLE control.serving_alias (
  alias      text PRIMARY KEY CHECK (alias ~ '^[a-z0-9][a-z0-9_]*$'),
  serving_id text NOT NULL REFERENCES control.serving_version (serving_id),
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control.serving_alias IS 'Alias to version; promotion and rollback only move this pointer';
CREATE INDEX serving_alias_version_idx ON control.serving_alias (serving_id);

CREATE TABLE control.serving_activation (
  activation_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id   uuid NOT NULL REFERENCES control.workspace (workspace_id),
  alias          text NOT NULL REFERENCES control.serving_alias (alias),
  serving_id     text NOT NULL REFERENCES control.serving_version (serving_id),
  from_serving_id text REFERENCES control.serving_version (serving_id),
  activated_by   text NOT NULL,
  activated_at   timestamptz NOT NULL DEFAULT now(),
  deactivated_at timestamptz,
  is_active      boolean NOT NULL GENERATED ALWAYS AS (deactivated_at IS NULL) STORED
);
COMMENT ON TABLE control.serving_activation IS 'History of an alias: which version was served from when to when';
CREATE UNIQUE INDEX serving_activation_one_active ON control.serving_activation (alias) WHERE deactivated_at IS NULL;
CREATE INDEX serving_activation_alias_idx ON control.serving_activation (alias, activated_at DESC);
CREATE INDEX serving_activation_version_idx ON control.serving_activation (serving_id);
CREATE INDEX serving_activation_from_idx ON control.serving_activation (from_serving_id);
CREATE INDEX serving_activation_workspace_idx ON control.serving_activation (workspace_id);

CREATE TABLE control.audit_event (
  event_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid REFERENCES control.workspace (workspace_id),
  actor_id     text NOT NULL,
  action       text NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  target       text,
  payload      jsonb NOT NULL DEFAULT '{}',
  request_id   text,
  created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE control.audit_event IS 'Append-only audit trail (workspace.create, job.submit, serving.promote, serving.activate, ...)';
CREATE INDEX audit_event_created_idx ON control.audit_event (created_at DESC);
CREATE INDEX audit_event_workspace_idx ON control.audit_event (workspace_id, created_at DESC);
CREATE INDEX audit_event_target_idx ON control.audit_event (target);
CREATE TRIGGER audit_event_append BEFORE UPDATE OR DELETE ON control.audit_event FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
CREATE TRIGGER audit_event_append_whole BEFORE TRUNCATE ON control.audit_event FOR EACH STATEMENT EXECUTE FUNCTION control.refuse_change();

CREATE FUNCTION control.activate_alias(p_workspace uuid, p_alias text, p_serving text, p_actor text, p_action text DEFAULT 'serving.activate')
RETURNS control.serving_activation LANGUAGE plpgsql AS $$
DECLARE prev text; act control.serving_activation;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM control.serving_version WHERE serving_id = p_serving) THEN
    RAISE EXCEPTION 'no serving version %', p_serving USING ERRCODE = 'no_data_found';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('serving_alias:' || p_alias, 0));
  SELECT serving_id INTO prev FROM control.serving_alias WHERE alias = p_alias;
  INSERT INTO control.serving_alias (alias, serving_id, updated_by) VALUES (p_alias, p_serving, p_actor)
  ON CONFLICT (alias) DO UPDATE SET serving_id = EXCLUDED.serving_id, updated_by = EXCLUDED.updated_by, updated_at = now();
  UPDATE control.serving_activation SET deactivated_at = now() WHERE alias = p_alias AND deactivated_at IS NULL;
  INSERT INTO control.serving_activation (workspace_id, alias, serving_id, from_serving_id, activated_by)
  VALUES (p_workspace, p_alias, p_serving, prev, p_actor) RETURNING * INTO act;
  INSERT INTO control.audit_event (workspace_id, actor_id, action, target, payload)
  VALUES (p_workspace, p_actor, p_action, 'alias:' || p_alias, jsonb_build_object('from', prev, 'to', p_serving));
  RETURN act;
END $$;
COMMENT ON FUNCTION control.activate_alias(uuid, text, text, text, text) IS 'Point an alias at a version (also rollback), keep history and audit, atomically';

CREATE FUNCTION control.promote(p_workspace uuid, p_alias text, p_serving text, p_spec jsonb, p_run text, p_experiment text,
                                p_config_hash text, p_actor text, p_backtest uuid DEFAULT NULL, p_session uuid DEFAULT NULL)
RETURNS TABLE (serving_id text, reused boolean, activation_id uuid) LANGUAGE plpgsql AS $$
DECLARE sid text; again boolean := true; act control.serving_activation;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('serving_version:' || p_run || ':' || p_config_hash, 0));
  SELECT v.serving_id INTO sid FROM control.serving_version v WHERE v.source_run_id = p_run AND v.source_config_hash = p_config_hash;
  IF sid IS NULL THEN
    again := false;
    INSERT INTO control.serving_version (serving_id, spec, spec_sha256, source_run_id, source_experiment_name,
                                         source_config_hash, backtest_run_id, session_id, created_by)
    VALUES (p_serving, p_spec, encode(sha256(convert_to(p_spec::text, 'UTF8')), 'hex'), p_run, p_experiment,
            p_config_hash, p_backtest, p_session, p_actor);
    sid := p_serving;
  END IF;
  act := control.activate_alias(p_workspace, p_alias, sid, p_actor, 'serving.promote');
  RETURN QUERY SELECT sid, again, act.activation_id;
END $$;
COMMENT ON FUNCTION control.promote(uuid, text, text, jsonb, text, text, text, text, uuid, uuid) IS
  'Make the immutable version (or reuse the one of the same run and config) and point the alias at it';
