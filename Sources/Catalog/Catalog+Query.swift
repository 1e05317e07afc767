extension Catalog {
  /// One statement whose one row holds, in its one column, the JSON that ``init(parsing:)`` reads.
  ///
  /// Rows of the catalog come as arrays, since the names of members would be most of the text. The
  /// statement reads each system table once, so that partitions by the thousand cost little, and
  /// needs PostgreSQL 12. It wants `jit = off`, as the server's connections have it: compiling it
  /// takes a hundred times as long as running it.
  package static let query = """
    WITH RECURSIVE
      schemas AS MATERIALIZED (
        SELECT oid, nspname
        FROM pg_catalog.pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%'
          AND nspname NOT IN ('information_schema', 'hdb_catalog', 'hdb_lib', '_timescaledb_internal')
      ),
      relations AS MATERIALIZED (
        SELECT c.oid, c.relname, c.relkind, s.nspname
        FROM pg_catalog.pg_class c
        JOIN schemas s ON s.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      ),
      attributes AS MATERIALIZED (
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef,
          a.attgenerated, a.attidentity
        FROM pg_catalog.pg_attribute a
        JOIN relations r ON r.oid = a.attrelid
        WHERE a.attnum > 0 AND NOT a.attisdropped
      ),
      columns AS (
        SELECT a.attrelid,
          json_agg(
            json_build_array(
              a.attname, a.attnum, a.atttypid::int8, a.attnotnull, a.atthasdef, a.attgenerated,
              a.attidentity, d.description,
              CASE
                WHEN a.attidentity <> '' THEN 'nextval(' || quote_literal(
                  pg_get_serial_sequence(
                    quote_ident(r.nspname) || '.' || quote_ident(r.relname), a.attname
                  )
                ) || '::regclass)'
                WHEN a.attgenerated = '' THEN coalesce(
                  pg_get_expr(e.adbin, e.adrelid),
                  CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END
                )
              END
            )
            ORDER BY a.attnum
          ) AS list
        FROM attributes a
        JOIN relations r ON r.oid = a.attrelid
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
        LEFT JOIN pg_catalog.pg_description d
          ON d.objoid = a.attrelid AND d.classoid = 'pg_catalog.pg_class'::regclass
          AND d.objsubid = a.attnum
        GROUP BY a.attrelid
      ),
      keys AS (
        SELECT i.indrelid,
          json_agg(
            json_build_array(
              i.indexrelid::int8, c.relname, i.indisprimary, k.conindid IS NOT NULL,
              i.indpred IS NULL AND i.indexprs IS NULL,
              (
                SELECT json_agg(a.attname ORDER BY p.position)
                FROM unnest(i.indkey) WITH ORDINALITY AS p(attnum, position)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum
                WHERE p.position <= i.indnkeyatts
              )
            )
            ORDER BY c.relname
          ) AS list
        FROM pg_catalog.pg_index i
        JOIN relations r ON r.oid = i.indrelid
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        LEFT JOIN (
          SELECT DISTINCT conindid FROM pg_catalog.pg_constraint WHERE contype IN ('p', 'u')
        ) k ON k.conindid = i.indexrelid
        WHERE i.indisunique AND i.indisvalid
        GROUP BY i.indrelid
      ),
      foreign_keys AS (
        SELECT f.conrelid,
          json_agg(
            json_build_array(
              f.oid::int8, f.conname, s.nspname, t.relname,
              (
                SELECT json_agg(json_build_array(a.attname, b.attname) ORDER BY p.position)
                FROM unnest(f.conkey, f.confkey) WITH ORDINALITY AS p(local, remote, position)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = p.local
                JOIN pg_catalog.pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = p.remote
              )
            )
            ORDER BY f.conname
          ) AS list
        FROM pg_catalog.pg_constraint f
        JOIN relations r ON r.oid = f.conrelid
        JOIN pg_catalog.pg_class t ON t.oid = f.confrelid
        JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0
        GROUP BY f.conrelid
      ),
      tables AS (
        SELECT json_agg(
            json_build_array(
              r.oid::int8, r.nspname, r.relname, r.relkind, d.description,
              CASE WHEN r.relkind IN ('v', 'm')
                THEN pg_catalog.pg_relation_is_updatable(r.oid, true) ELSE 28 END,
              c.list, k.list, f.list
            )
            ORDER BY r.nspname COLLATE "C", r.relname COLLATE "C"
          ) AS list
        FROM relations r
        LEFT JOIN columns c ON c.attrelid = r.oid
        LEFT JOIN keys k ON k.indrelid = r.oid
        LEFT JOIN foreign_keys f ON f.conrelid = r.oid
        LEFT JOIN pg_catalog.pg_description d
          ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
      ),
      routines AS MATERIALIZED (
        SELECT p.oid, s.nspname, p.proname, p.provolatile, p.proretset, p.prorettype,
          p.provariadic <> 0 AS variadic, p.pronargs, p.pronargdefaults, p.proargtypes::oid[] AS types,
          (
            SELECT array_agg(p.proargnames[n] ORDER BY n)
            FROM generate_subscripts(p.proargnames, 1) AS n
            WHERE p.proargmodes IS NULL OR p.proargmodes[n] IN ('i', 'b', 'v')
          ) AS names
        FROM pg_catalog.pg_proc p
        JOIN schemas s ON s.oid = p.pronamespace
        WHERE p.prokind = 'f'
          AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          )
      ),
      functions AS (
        SELECT json_agg(
            json_build_array(
              p.oid::int8, p.nspname, p.proname, p.provolatile, p.proretset, p.prorettype::int8,
              p.variadic,
              p.pronargdefaults, array_to_json(p.types::int8[]), array_to_json(p.names), d.description
            )
            ORDER BY p.nspname COLLATE "C", p.proname COLLATE "C", p.oid
          ) AS list
        FROM routines p
        LEFT JOIN pg_catalog.pg_description d
          ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::regclass AND d.objsubid = 0
      ),
      ranges AS MATERIALIZED (
        SELECT rngtypid AS oid, rngsubtype AS element FROM pg_catalog.pg_range
        UNION ALL
        SELECT (to_jsonb(r) ->> 'rngmultitypid')::oid, rngtypid FROM pg_catalog.pg_range r
        WHERE to_jsonb(r) ? 'rngmultitypid'
      ),
      parts AS (
        SELECT t.oid,
          CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' THEN nullif(t.typelem, 0)
              ELSE r.element END AS element,
          nullif(t.typbasetype, 0) AS base
        FROM pg_catalog.pg_type t
        LEFT JOIN ranges r ON r.oid = t.oid
      ),
      used AS (
        SELECT atttypid AS oid FROM attributes
        UNION
        SELECT prorettype FROM routines
        UNION
        SELECT unnest(types) FROM routines
        UNION
        SELECT oid FROM pg_catalog.pg_type
        WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b'
          AND typcategory IN ('B', 'D', 'N', 'S', 'T', 'U') AND typname !~ '^(pg_|reg)'
      ),
      closure AS (
        SELECT oid FROM used
        UNION
        SELECT part.oid
        FROM closure c
        JOIN parts p ON p.oid = c.oid
        CROSS JOIN LATERAL (VALUES (p.element), (p.base)) AS part(oid)
        WHERE part.oid IS NOT NULL
      ),
      types AS (
        SELECT json_agg(
            json_build_array(
              t.oid::int8, n.nspname, t.typname, t.typtype, t.typcategory, p.element::int8,
              p.base::int8, nullif(t.typrelid, 0)::int8,
              CASE WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, -1)
                WHEN t.typtype = 'b' AND p.element IS NOT NULL THEN NULL
                ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END,
              (
                SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)
                FROM pg_catalog.pg_enum e
                WHERE e.enumtypid = t.oid
              )
            )
            ORDER BY t.oid
          ) AS list
        FROM closure c
        JOIN pg_catalog.pg_type t ON t.oid = c.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN parts p ON p.oid = t.oid
      )
    SELECT json_build_object(
      'tables', tables.list, 'types', types.list, 'functions', functions.list
    )
    FROM tables, types, functions
    """
}
