-- Going back to an older version of a dataset with its rows and watermarks; audit events found from their jobs.

ALTER TABLE control.audit_event ADD COLUMN job_id uuid DEFAULT nullif(current_setting('apus.job', true), '')::uuid;
COMMENT ON COLUMN control.audit_event.job_id IS 'The job that did it, or that it was done to; no foreign key: what was done stays when its job goes';
CREATE INDEX audit_event_job_idx ON control.audit_event (job_id) WHERE job_id IS NOT NULL;

ALTER TABLE ingestion.dataset_versions ADD COLUMN keeps_rows boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN ingestion.dataset_versions.keeps_rows IS 'Whether what its rows replaced was kept, so that its rows can be taken back';

-- Rows that are not served: what a version has replaced, and the own rows of a version that was gone back from.
CREATE TABLE market_data.ohlcv_kept (
  LIKE market_data.ohlcv INCLUDING DEFAULTS,
  version_id uuid NOT NULL REFERENCES ingestion.dataset_versions (version_id) ON DELETE CASCADE,
  is_own     boolean NOT NULL,
  PRIMARY KEY (version_id, is_own, symbol, timeframe, ts)
);
COMMENT ON TABLE market_data.ohlcv_kept IS 'Bars that are not served: those that a version replaced, and its own (is_own) after a rollback to before it';
CREATE INDEX ohlcv_kept_run_idx ON market_data.ohlcv_kept (run_id);

CREATE TABLE economic_data.observations_kept (
  LIKE economic_data.observations INCLUDING DEFAULTS,
  version_id uuid NOT NULL REFERENCES ingestion.dataset_versions (version_id) ON DELETE CASCADE,
  is_own     boolean NOT NULL,
  PRIMARY KEY (version_id, is_own, series_id, obs_date, realtime_start)
);
COMMENT ON TABLE economic_data.observations_kept IS 'Observations that are not served: those that a version replaced, and its own (is_own) after a rollback to before it';
CREATE INDEX observations_kept_run_idx ON economic_data.observations_kept (run_id);

CREATE FUNCTION ingestion.take_back_rows(p_table regclass, p_kept regclass, p_key text, p_version uuid, p_run uuid)
RETURNS TABLE (removed bigint, restored bigint) LANGUAGE plpgsql AS $$
DECLARE
  own text; assigned text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
         string_agg(format('%1$I = b.%1$I', attname), ', ' ORDER BY attnum)
    INTO own, assigned FROM pg_attribute WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped;
  DROP TABLE IF EXISTS pg_temp.taken_rows;
  -- Its rows, also where those of another dataset stand over them by now.
  EXECUTE format('CREATE TEMP TABLE taken_rows ON COMMIT DROP AS SELECT %1$s FROM %2$s WHERE run_id = %3$L
                  UNION ALL SELECT %1$s FROM %4$s WHERE run_id = %3$L AND NOT is_own AND version_id <> %5$L',
                 own, p_table, p_run, p_kept, p_version);
  EXECUTE format('DELETE FROM %s WHERE run_id = %L', p_table, p_run);
  GET DIAGNOSTICS removed = ROW_COUNT;
  EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM %3$s WHERE version_id = %4$L AND NOT is_own ON CONFLICT DO NOTHING',
                 p_table, own, p_kept, p_version);
  GET DIAGNOSTICS restored = ROW_COUNT;
  EXECUTE format('UPDATE %1$s k SET %2$s FROM %1$s b WHERE k.run_id = %3$L AND NOT k.is_own AND k.version_id <> %4$L
                    AND b.version_id = %4$L AND NOT b.is_own AND (%5$s) = (%6$s)',
                 p_kept, assigned, p_run, p_version, regexp_replace(p_key, '(\w+)', 'k.\1', 'g'),
                 regexp_replace(p_key, '(\w+)', 'b.\1', 'g'));
  EXECUTE format('DELETE FROM %s WHERE run_id = %L AND NOT is_own AND version_id <> %L', p_kept, p_run, p_version);
  EXECUTE format('DELETE FROM %s WHERE version_id = %L AND NOT is_own', p_kept, p_version);
  EXECUTE format('INSERT INTO %1$s (%2$s, version_id, is_own) SELECT %2$s, %3$L, true FROM pg_temp.taken_rows',
                 p_kept, own, p_version);
  RETURN NEXT;
END $$;
COMMENT ON FUNCTION ingestion.take_back_rows(regclass, regclass, text, uuid, uuid) IS
  'Takes the rows of a version out of a table, puts what they had replaced back, and keeps them';

CREATE FUNCTION ingestion.put_back_rows(p_table regclass, p_kept regclass, p_key text, p_version uuid)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE own text; n bigint;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO own
    FROM pg_attribute WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped;
  EXECUTE format('INSERT INTO %1$s (%2$s, version_id, is_own)
                  SELECT t.*, %3$L, false FROM (SELECT %2$s FROM %4$s) AS t
                  WHERE (%5$s) IN (SELECT %5$s FROM %1$s WHERE version_id = %3$L AND is_own)',
                 p_kept, own, p_version, p_table, p_key);
  EXECUTE format('DELETE FROM %2$s WHERE (%4$s) IN (SELECT %4$s FROM %1$s WHERE version_id = %3$L AND is_own)',
                 p_kept, p_table, p_version, p_key);
  EXECUTE format('INSERT INTO %2$s (%4$s) SELECT %4$s FROM %1$s WHERE version_id = %3$L AND is_own',
                 p_kept, p_table, p_version, own);
  GET DIAGNOSTICS n = ROW_COUNT;
  EXECUTE format('DELETE FROM %s WHERE version_id = %L AND is_own', p_kept, p_version);
  RETURN n;
END $$;
COMMENT ON FUNCTION ingestion.put_back_rows(regclass, regclass, text, uuid) IS
  'Serves the kept rows of a version again, and keeps what they replace';

CREATE FUNCTION ingestion.version_lineage(p_version uuid)
RETURNS TABLE (version_id uuid, run_id uuid, keeps_rows boolean, depth integer) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE line AS (
    SELECT v.version_id, v.run_id, v.keeps_rows, v.parent_version_id, 0 AS depth
      FROM ingestion.dataset_versions v WHERE v.version_id = p_version
    UNION ALL
    SELECT v.version_id, v.run_id, v.keeps_rows, v.parent_version_id, l.depth + 1
      FROM line l JOIN ingestion.dataset_versions v ON v.version_id = l.parent_version_id)
  SELECT line.version_id, line.run_id, line.keeps_rows, line.depth FROM line
$$;
COMMENT ON FUNCTION ingestion.version_lineage(uuid) IS 'A version and those that it was built upon, the newest first';

CREATE FUNCTION ingestion.version_partitions(p_version uuid)
RETURNS TABLE (partition_key text, covered_from date, covered_to date) LANGUAGE sql STABLE AS $$
  SELECT coalesce(s->>'symbol', s->>'series'),
         coalesce(s->>'from', v.manifest #>> '{covered,from}', v.manifest #>> '{window,from}')::date,
         coalesce(v.manifest #>> '{covered,to}', v.manifest #>> '{window,to}')::date
  FROM ingestion.dataset_versions v, jsonb_array_elements(v.manifest->'sources') s
  WHERE v.version_id = p_version AND jsonb_typeof(v.manifest->'sources') = 'array'
$$;
COMMENT ON FUNCTION ingestion.version_partitions(uuid) IS 'What a version has pulled: partitions, with the first and last day, by its manifest';

CREATE FUNCTION ingestion.advance_watermarks(p_version uuid) RETURNS void LANGUAGE sql AS $$
  -- A watermark stands for one stretch of days, the newest: what lies before a gap is pulled again when it is asked for.
  INSERT INTO ingestion.watermarks AS w (dataset_id, partition_key, watermark_at, cursor_token, run_id)
  SELECT v.dataset_id, p.partition_key, p.covered_to::timestamp AT TIME ZONE 'UTC', p.covered_from::text, v.run_id
  FROM ingestion.dataset_versions v, ingestion.version_partitions(p_version) p
  WHERE v.version_id = p_version AND p.covered_to IS NOT NULL
  ON CONFLICT (dataset_id, partition_key) DO UPDATE SET
    watermark_at = greatest(w.watermark_at, excluded.watermark_at),
    cursor_token = CASE
      WHEN excluded.watermark_at >= w.watermark_at AND excluded.cursor_token::date > (w.watermark_at AT TIME ZONE 'UTC')::date + 1
        THEN excluded.cursor_token
      WHEN excluded.watermark_at < w.watermark_at AND (excluded.watermark_at AT TIME ZONE 'UTC')::date + 1 < w.cursor_token::date
        THEN w.cursor_token
      ELSE least(w.cursor_token, excluded.cursor_token) END,
    run_id = excluded.run_id, updated_at = now()
$$;
COMMENT ON FUNCTION ingestion.advance_watermarks(uuid) IS 'Notes how far the partitions of a version have been pulled, and from where';

CREATE FUNCTION ingestion.go_to_version(p_version uuid)
RETURNS TABLE (removed bigint, restored bigint) LANGUAGE plpgsql AS $$
DECLARE
  target ingestion.dataset_versions; now_current uuid;
  v record; counts record;
  moved uuid[] := '{}'; symbols text[];
BEGIN
  SELECT * INTO target FROM ingestion.dataset_versions WHERE version_id = p_version;
  IF NOT FOUND THEN RAISE EXCEPTION 'no dataset version %', p_version USING ERRCODE = 'no_data_found'; END IF;
  PERFORM 1 FROM ingestion.datasets WHERE dataset_id = target.dataset_id FOR UPDATE;
  SELECT version_id INTO now_current FROM ingestion.dataset_versions WHERE dataset_id = target.dataset_id AND is_current;
  removed := 0; restored := 0;
  -- Back to where both lines part, the newest first, and from there on to the wanted one.
  FOR v IN SELECT l.* FROM ingestion.version_lineage(now_current) l
           WHERE l.version_id NOT IN (SELECT t.version_id FROM ingestion.version_lineage(p_version) t) ORDER BY l.depth LOOP
    moved := moved || v.version_id;
    CONTINUE WHEN NOT v.keeps_rows;
    FOR counts IN
      SELECT * FROM ingestion.take_back_rows('market_data.ohlcv', 'market_data.ohlcv_kept', 'symbol, timeframe, ts', v.version_id, v.run_id)
      UNION ALL
      SELECT * FROM ingestion.take_back_rows('economic_data.observations', 'economic_data.observations_kept', 'series_id, obs_date, realtime_start', v.version_id, v.run_id)
    LOOP
      removed := removed + counts.removed;
      restored := restored + counts.restored;
    END LOOP;
  END LOOP;
  FOR v IN SELECT l.* FROM ingestion.version_lineage(p_version) l
           WHERE l.version_id NOT IN (SELECT c.version_id FROM ingestion.version_lineage(now_current) c) ORDER BY l.depth DESC LOOP
    moved := moved || v.version_id;
    CONTINUE WHEN NOT v.keeps_rows;
    restored := restored
      + ingestion.put_back_rows('market_data.ohlcv', 'market_data.ohlcv_kept', 'symbol, timeframe, ts', v.version_id)
      + ingestion.put_back_rows('economic_data.observations', 'economic_data.observations_kept', 'series_id, obs_date, realtime_start', v.version_id);
  END LOOP;
  PERFORM ingestion.publish_version(p_version);
  -- How far things have been pulled is what the versions that count now have pulled.
  SELECT array_agg(DISTINCT p.partition_key) INTO symbols
    FROM unnest(moved) AS m (id), ingestion.version_partitions(m.id) p;
  DELETE FROM ingestion.watermarks w WHERE w.dataset_id = target.dataset_id AND w.partition_key = ANY (symbols);
  FOR v IN SELECT l.* FROM ingestion.version_lineage(p_version) l ORDER BY l.depth DESC LOOP
    PERFORM ingestion.advance_watermarks(v.version_id);
  END LOOP;
  UPDATE market_data.symbols s SET first_date = b.first, last_date = b.last
    FROM (SELECT n.symbol, (min(o.ts) AT TIME ZONE coalesce(e.timezone, 'America/New_York'))::date AS first,
                 (max(o.ts) AT TIME ZONE coalesce(e.timezone, 'America/New_York'))::date AS last
          FROM unnest(symbols) AS n (symbol) JOIN market_data.symbols k USING (symbol)
          LEFT JOIN market_data.exchanges e ON e.mic = k.exchange_mic
          LEFT JOIN market_data.ohlcv o ON o.symbol = n.symbol AND o.timeframe = '1d'
          GROUP BY n.symbol, e.timezone) b
    WHERE s.symbol = b.symbol AND (s.first_date, s.last_date) IS DISTINCT FROM (b.first, b.last);
  RETURN NEXT;
END $$;
COMMENT ON FUNCTION ingestion.go_to_version(uuid) IS
  'Makes a published version the current one: its rows are served as they were, watermarks stand where they stood; returns how many rows were taken out and put back';
