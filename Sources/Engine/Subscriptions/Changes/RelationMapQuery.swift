import PostgresClient

/// Reads what relations depend on, and whose changes are told.
enum RelationMapQuery {
  /// One row for each relation: its name, its number, its kind, what is read where it is, whether all of
  /// that is told, and what tells one state of it from another.
  ///
  /// What a view reads stands in the tree of its rule, as `:relid`, also where it is the catalog's
  /// own, which `pg_depend` does not have. Functions stand there too: what one of the user's reads
  /// is not known unless it is immutable, and clocks go on by themselves. Policies of row security may
  /// look into other tables, which `pg_depend` has. A state is told by the files of tables, which others
  /// take the place of as a partition is emptied, and by the versions of rules and policies.
  private static func sql(told: String) -> String {
    """
    with recursive relations as materialized (
      select c.oid, c.relkind, c.relpersistence, c.relnamespace,
        c.relfilenode || ' ' || c.relrowsecurity as file,
        quote_ident(n.nspname) as schema, quote_ident(c.relname) as name,
        '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' as sql
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f')
    ), rules as materialized (
      select ev_class, ev_action::text as tree, xmin::text as version from pg_catalog.pg_rewrite
      where ev_type = '1' and ev_class >= 16384
    ), uses as materialized (
      select distinct ev_class as relation, m[1]::oid as used
      from rules, regexp_matches(tree, ':relid ([0-9]+)', 'g') as m
      union
      select p.polrelid, d.refobjid
      from pg_catalog.pg_policy p join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass
      union
      select inhparent, inhrelid from pg_catalog.pg_inherits
    ), policies as materialized (
      select polrelid, string_agg(oid || ' ' || xmin::text, ' ' order by oid) as version
      from pg_catalog.pg_policy group by polrelid
    ), unknown as materialized (
      select distinct ev_class as relation
      from rules
      where tree like '%SQLVALUEFUNCTION%'
        or exists (
          select from regexp_matches(tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g') m
          join pg_catalog.pg_proc f on f.oid = m[1]::oid
          where f.provolatile = 'v'
            or f.provolatile = 's' and (
              f.pronamespace <> 'pg_catalog'::regnamespace
              or f.proname in ('now', 'statement_timestamp', 'transaction_timestamp', 'age',
                'current_setting', 'current_user', 'session_user')))
    ), reach (root, relation) as (
      select oid, oid from relations where relnamespace <> all (
        array['pg_catalog', 'information_schema', 'pg_toast']::regnamespace[])
      union
      select reach.root, uses.used from reach join uses on uses.relation = reach.relation
        where uses.used <> 0
    ), \(told)
    )
    select r.sql, r.oid::text, r.relkind::text, array_to_string(array_agg(reach.relation), ','),
      bool_and(
        case u.relkind when 'v' then not exists (
            select from unknown where unknown.relation = reach.relation)
        when 'r' then reach.relation in (select oid from told)
        when 'p' then reach.relation in (select oid from told)
        else false end)
      and bool_or(u.relkind in ('r', 'p')),
      md5(string_agg(concat_ws(' ', reach.relation, u.file, rules.version, policies.version), ','
        order by reach.relation))
    from reach
      join relations r on r.oid = reach.root
      left join relations u on u.oid = reach.relation
      left join rules on rules.ev_class = reach.relation
      left join policies on policies.polrelid = reach.relation
    group by r.sql, r.oid, r.relkind
    """
  }

  /// The tables whose changes the publication `$1` tells.
  private static let toldByPublication = """
    publications as materialized (
      select oid, puballtables, pubinsert and pubupdate and pubdelete and pubtruncate as tells
      from pg_catalog.pg_publication where pubname = $1
    ), told as materialized (
      select r.oid
      from relations r, publications p
      where r.relkind in ('r', 'p') and r.relpersistence = 'p' and p.tells and r.oid >= 16384
        and (p.puballtables or exists (
          select from pg_catalog.pg_publication_rel pr
          where pr.prpubid = p.oid and to_jsonb(pr) ->> 'prqual' is null
            and (pr.prrelid = r.oid or pr.prrelid in (
              select relid from pg_catalog.pg_partition_ancestors(r.oid) as relid))))
    """

  /// The tables that have a trigger of the function `$1`.
  private static let toldByTrigger = """
    told as materialized (
      select t.tgrelid as oid from pg_catalog.pg_trigger t
      where t.tgfoid = pg_catalog.to_regproc($1) and t.tgenabled <> 'D'
    """

  static func batch(_ source: ChangeSource, _ options: ChangeOptions) -> QueryBatch {
    var parameters = Parameters()
    var batch = QueryBatch()
    switch source {
    case .triggers:
      parameters.append(text: ChangeTriggers.function)
      batch.append(sql: sql(told: toldByTrigger), parameters)
    case .replication, .polling:
      parameters.append(text: options.publication)
      batch.append(sql: sql(told: toldByPublication), parameters)
    }
    return batch
  }

  static func map(_ result: QueryResult, tellsRows: Bool) -> RelationMap {
    var rows: [(name: String, entry: RelationMap.Entry)] = []
    for row in 0..<result.rowCount {
      guard let name = result.string(row, 0), let number = number(result.string(row, 1)) else {
        continue
      }
      let reads = (result.string(row, 3) ?? "").split(separator: ",").compactMap { UInt32($0) }
      let kind = result.string(row, 2)
      rows.append(
        (
          name,
          RelationMap.Entry(
            reads: Set(reads),
            isTold: result.string(row, 4) == "t",
            table: number,
            isTable: kind == "r" || kind == "p",
            state: result.string(row, 5) ?? ""
          )
        )
      )
    }
    return RelationMap(rows, tellsRows: tellsRows)
  }

  private static func number(_ text: String?) -> UInt32? { text.flatMap { UInt32($0) } }
}
