import Metadata
import PostgresClient

/// The SQL that deletes events that are done with, and the table that tells of it, which is Hasura's.
enum CleanupLog {
  /// How many entries were deleted.
  struct Counts: Sendable {
    var events = 0
    var invocations = 0
  }

  /// Deletes one batch of a trigger's old events.
  static func clean(
    _ trigger: String,
    _ cleanup: LogCleanup,
    _ pool: PostgresPool
  ) async throws(PostgresError) -> Counts {
    var timeout = Parameters()
    timeout.append(text: "\(cleanup.timeout)s")
    var parameters = Parameters()
    parameters.append(text: trigger)
    parameters.append(text: String(cleanup.age))
    parameters.append(text: String(cleanup.batchSize))
    parameters.append(text: String(cleanup.includesInvocations))
    var batch = QueryBatch(limiting, timeout)
    batch.append(cleaning, parameters)
    let rows = try await pool.execute(batch, access: .write)[1]
    func count(_ column: Int) -> Int { rows.string(0, column).flatMap { Int($0) } ?? 0 }
    return Counts(events: count(0), invocations: count(1))
  }

  private static let limiting = PreparedQuery(
    "select set_config('statement_timeout', $1, true)"
  )
  private static let cleaning = PreparedQuery(
    """
    with done as (
      select id from hdb_catalog.event_log
      where trigger_name = $1 and (delivered or error) and locked is null
        and created_at < now() - make_interval(hours => $2::int)
      limit $3::int for update skip locked
    ), invocations as (
      delete from hdb_catalog.event_invocation_logs
      where $4::boolean and event_id in (select id from done) returning 1
    ), events as (
      delete from hdb_catalog.event_log where id in (select id from done) returning 1
    )
    select (select count(*) from events), (select count(*) from invocations)
    """
  )

  /// Plans cleanups: `$1` has an object for each; old entries go.
  static let planning = PreparedQuery(
    """
    with old as (
      delete from hdb_catalog.hdb_event_log_cleanups
      where status <> 'scheduled' and scheduled_at < now() at time zone 'utc' - interval '90 days'
    )
    insert into hdb_catalog.hdb_event_log_cleanups (trigger_name, scheduled_at, status)
    select o.name, to_timestamp(o.time) at time zone 'utc', 'scheduled'
    from json_to_recordset($1::json) as o(name text, time bigint)
    on conflict (trigger_name, scheduled_at) do nothing
    """
  )

  /// Whether a cleanup is due, and whether one of those in `$1` is not planned.
  static let looking = PreparedQuery(
    """
    select exists (
        select from hdb_catalog.hdb_event_log_cleanups
        where status = 'scheduled' and scheduled_at <= now() at time zone 'utc'),
      exists (
        select from json_to_recordset($1::json) as o(name text, time bigint)
        where not exists (
          select from hdb_catalog.hdb_event_log_cleanups as c
          where c.trigger_name = o.name
            and c.scheduled_at = to_timestamp(o.time) at time zone 'utc'))
    """
  )

  /// Forgets what is planned of triggers.
  static let forgetting = PreparedQuery(
    """
    delete from hdb_catalog.hdb_event_log_cleanups
    where status = 'scheduled' and scheduled_at > now() at time zone 'utc'
      and trigger_name in (select json_array_elements_text($1::json))
    """
  )

  /// The last due cleanup of each trigger; those before it were missed.
  static let due = PreparedQuery(
    """
    with due as (
      select id, trigger_name,
        row_number() over (partition by trigger_name order by scheduled_at desc) as n
      from hdb_catalog.hdb_event_log_cleanups
      where status = 'scheduled' and scheduled_at <= now() at time zone 'utc'
    ), missed as (
      update hdb_catalog.hdb_event_log_cleanups set status = 'dead'
      where id in (select id from due where n > 1)
    )
    select id, trigger_name from due where n = 1
    """
  )

  static let noting = PreparedQuery(
    """
    update hdb_catalog.hdb_event_log_cleanups
    set status = $2, deleted_event_logs = $3::int, deleted_event_invocation_logs = $4::int
    where id = $1
    """
  )
}
