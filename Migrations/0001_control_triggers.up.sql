-- The schema control and the trigger functions that the tables of all schemas share.

CREATE SCHEMA control;
COMMENT ON SCHEMA control IS 'Workspaces, jobs, modeling sessions, serving versions and aliases, audit (after qMachina)';

CREATE FUNCTION control.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
COMMENT ON FUNCTION control.touch_updated_at() IS 'Trigger: keeps updated_at';

CREATE FUNCTION control.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
COMMENT ON FUNCTION control.refuse_change() IS 'Trigger: makes a table append-only';
