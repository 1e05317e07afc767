extension Catalog {
  /// One statement whose rows are those of the catalog, in the columns of ``CatalogCell``.
  ///
  /// They come as they are, one for each table, column, key, type and so on, and are put together by
  /// ``CatalogDecoder``: to have PostgreSQL make one document of them takes it three times as long. What
  /// the cells hold depends on the kind; the order is not fixed. The statement reads each system table
  /// once, so that partitions by the thousand cost little, and needs PostgreSQL 12. It wants `jit = off`,
  /// as the server's connections have it: compiling it takes a hundred times as long as running it. It opens no
  /// table, and so waits for nobody who has locked one: a default refers to no column, and is written without
  /// its table.
  package static let query = """
    WITH RECURSIVE
      schemas AS MATERIALIZED (
        SELECT oid, nspname
        FROM pg_catalog.pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%'
          AND nspname NOT IN ('information_schema', 'hdb_catalog', 'hdb_lib', '_timescaledb_internal')
      ),
      relations AS MATERIALIZED (
        SELECT c.oid, c.relname, c.relkind, c.relnamespace
        FROM pg_catalog.pg_class c
        JOIN schemas s ON s.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      ),
      attributes AS MATERIALIZED (
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef,
          a.attgenerated, a.attidentity
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        WHERE a.attnum > 0 AND NOT a.attisdropped
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
          AND c.relnamespace IN (SELECT oid FROM schemas)
      ),
      foreign_keys AS MATERIALIZED (
        SELECT f.oid, f.conrelid, f.confrelid, f.conname, f.conkey, f.confkey
        FROM pg_catalog.pg_constraint f
        JOIN relations r ON r.oid = f.conrelid
        WHERE f.contype = 'f' AND f.conparentid = 0
      ),
      hidden AS MATERIALIZED (
        SELECT c.oid, c.relname, c.relnamespace
        FROM (SELECT confrelid FROM foreign_keys EXCEPT SELECT oid FROM relations) f
        JOIN pg_catalog.pg_class c ON c.oid = f.confrelid
      ),
      routines AS MATERIALIZED (
        SELECT p.oid, p.pronamespace, p.proname, p.provolatile, p.proretset, p.prorettype,
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
      ranges AS MATERIALIZED (
        SELECT rngtypid AS oid, rngsubtype AS element FROM pg_catalog.pg_range
        UNION ALL
        SELECT (to_jsonb(r) ->> 'rngmultitypid')::oid, rngtypid FROM pg_catalog.pg_range r
        WHERE to_jsonb(r) ? 'rngmultitypid'
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
        CROSS JOIN LATERAL (
          SELECT t.typtype, t.typcategory, t.typelem, t.typbasetype
          FROM pg_catalog.pg_type t
          WHERE t.oid = c.oid
          OFFSET 0
        ) t
        LEFT JOIN ranges r ON r.oid = c.oid
        CROSS JOIN LATERAL (
          VALUES (CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' THEN t.typelem ELSE r.element END),
            (t.typbasetype)
        ) AS part(oid)
        WHERE part.oid <> 0
      ),
      types AS MATERIALIZED (
        SELECT t.oid, t.typname, t.typnamespace, t.typtype, t.typcategory, t.typrelid, t.typdefaultbin,
          nullif(t.typbasetype, 0) AS base,
          CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' THEN nullif(t.typelem, 0)
              ELSE r.element END AS element
        FROM closure c
        CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_type t WHERE t.oid = c.oid OFFSET 0) t
        LEFT JOIN ranges r ON r.oid = c.oid
      )
    SELECT 'n'::"char" AS kind, oid AS object, NULL::oid AS other, NULL::int8 AS number,
      false AS first, false AS second, ''::"char" AS tag, ''::"char" AS category,
      nspname AS name, NULL::text AS text, NULL::text AS more
    FROM pg_catalog.pg_namespace
    UNION ALL
    SELECT 'y', t.oid, t.element, t.typnamespace, false, false, t.typtype, t.typcategory, t.typname,
      CASE WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, -1)
        WHEN t.typtype = 'b' AND t.element IS NOT NULL THEN NULL
        ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END,
      NULL
    FROM types t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    UNION ALL
    SELECT 'b', oid, base, NULL, false, false, '', '', NULL, pg_get_expr(typdefaultbin, 0), NULL
    FROM types
    WHERE base IS NOT NULL
    UNION ALL
    SELECT 'w', oid, typrelid, NULL, false, false, '', '', NULL, NULL, NULL
    FROM types
    WHERE typrelid <> 0
    UNION ALL
    SELECT 'l', e.enumtypid, NULL, row_number() OVER (PARTITION BY e.enumtypid ORDER BY e.enumsortorder),
      false, false, '', '', e.enumlabel, NULL, NULL
    FROM pg_catalog.pg_enum e
    JOIN types t ON t.oid = e.enumtypid
    UNION ALL
    SELECT 'r', oid, relnamespace,
      CASE relkind WHEN 'v' THEN pg_relation_is_updatable(oid, true) WHEN 'm' THEN 0 ELSE 28 END,
      false, false, relkind, '', relname, NULL, NULL
    FROM relations
    UNION ALL
    SELECT 'h', oid, relnamespace, NULL, false, false, '', '', relname, NULL, NULL
    FROM hidden
    UNION ALL
    SELECT 'a', attrelid, atttypid, attnum, attnotnull, atthasdef, attgenerated, attidentity, attname,
      NULL, NULL
    FROM attributes
    UNION ALL
    SELECT 'm', a.attrelid, NULL, a.attnum, false, false, '', '', a.attname, NULL, NULL
    FROM pg_catalog.pg_attribute a
    JOIN hidden h ON h.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'e', a.attrelid, NULL, a.attnum, false, false, '', '', NULL,
      pg_get_expr(e.adbin, 0), NULL
    FROM attributes a
    JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
    WHERE a.atthasdef AND a.attgenerated = ''
    UNION ALL
    SELECT 'e', a.attrelid, NULL, a.attnum, false, false, '', '', NULL,
      'nextval(' || quote_literal(
        pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(r.relname), a.attname)
      ) || '::regclass)',
      NULL
    FROM attributes a
    JOIN relations r ON r.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE a.attidentity <> ''
    UNION ALL
    SELECT 'd', d.objoid, NULL, d.objsubid, false, false, '', '', NULL, d.description, NULL
    FROM pg_catalog.pg_description d
    JOIN relations r ON r.oid = d.objoid
    WHERE d.classoid = 'pg_catalog.pg_class'::regclass
    UNION ALL
    SELECT 'k', i.indrelid, i.indexrelid, i.indnkeyatts, i.indisprimary,
      i.indpred IS NULL AND i.indexprs IS NULL, coalesce(k.contype, ''), '',
      c.relname, i.indkey::text, NULL
    FROM pg_catalog.pg_index i
    JOIN relations r ON r.oid = i.indrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
    WHERE i.indisunique AND i.indisvalid
    UNION ALL
    SELECT 'f', conrelid, oid, confrelid, false, false, '', '', conname,
      array_to_string(conkey, ' '), array_to_string(confkey, ' ')
    FROM foreign_keys
    UNION ALL
    SELECT 'p', p.oid, p.prorettype, p.pronamespace, p.proretset, p.variadic, p.provolatile, '',
      p.proname, d.description, NULL
    FROM routines p
    LEFT JOIN pg_catalog.pg_description d
      ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::regclass AND d.objsubid = 0
    UNION ALL
    SELECT 'q', p.oid, u.type, u.position, u.position > p.pronargs - p.pronargdefaults, false, '', '',
      NULL, p.names[u.position], NULL
    FROM routines p
    CROSS JOIN LATERAL unnest(p.types) WITH ORDINALITY AS u(type, position)
    """
}
