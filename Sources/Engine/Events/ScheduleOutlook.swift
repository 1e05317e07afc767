import JSON
import PostgresClient

/// What is to be done about scheduled events, and when; found by reading only.
struct ScheduleOutlook: Hashable, Sendable {
  /// Milliseconds until the next event is due, no more than a day; nil where there is none.
  var delay: Int?
  /// Whether events are locked that are not told here.
  var hasLocked: Bool
  /// Whether events of cron triggers are to be made.
  var lacksEvents: Bool

  /// Whether there is something to do now.
  var isQuiet: Bool { delay != 0 && !hasLocked && !lacksEvents }

  /// `ids` are of the events that are told here, `upcoming` the times of cron triggers that there should be
  /// events of.
  static func read(
    except ids: [String],
    upcoming: JSONValue,
    _ pool: PostgresPool
  ) async throws(PostgresError) -> ScheduleOutlook {
    var parameters = Parameters()
    parameters.append(text: JSONValue.array(ids.map { .string($0) }).serialized)
    parameters.append(text: upcoming.serialized)
    var batch = QueryBatch()
    // Planned each time, as what takes events is.
    batch.append(sql: reading, parameters)
    let rows = try await pool.execute(batch)[0]
    return ScheduleOutlook(
      delay: rows.string(0, 0).flatMap { Int($0) }.map { max($0, 0) },
      hasLocked: rows.string(0, 1) == "t",
      lacksEvents: rows.string(0, 2) == "t"
    )
  }

  // Events may be scheduled for `infinity`, which is not to be subtracted from.
  private static let reading = """
    with next as (
      select least(\(ScheduleLog.Kind.allCases.map(next).joined(separator: ", "))) as due)
    select
      (select ceil(extract(epoch from
        greatest(least(due, now() + interval '1 day'), now()) - now()) * 1000)::bigint
        from next where due is not null),
      \(ScheduleLog.Kind.allCases.map(locked).joined(separator: " or ")),
      exists (
        select from \(CronPlan.lacking) as lacking)
    """

  private static func next(_ kind: ScheduleLog.Kind) -> String {
    """
    (select min(greatest(scheduled_time, next_retry_at)) from \(kind.table)
      where status = 'scheduled')
    """
  }

  private static func locked(_ kind: ScheduleLog.Kind) -> String {
    """
    exists (select from \(kind.table) where status = 'locked'
      and id not in (select json_array_elements_text($1::json)))
    """
  }
}
