import JSON
import Metadata
import PostgresClient

/// Which events of cron triggers there should be.
///
/// Synchronous and without a clock; times are in seconds since 1970.
struct CronPlan {
  private(set) var triggers: [String: CronTrigger] = [:]
  /// Triggers that are gone, or that have another schedule: their events are not to come.
  private(set) var stale: Set<String> = []
  private var nextComparison = 0
  private var hasTriggers = false

  /// How many events of a trigger are made in advance, as in Hasura.
  private static let advance = 100
  /// Seconds from one comparison with what there is to the next.
  private static let interval = 60

  /// Whether it is time to compare what there is with what there should be.
  func isDue(at now: Int) -> Bool { !triggers.isEmpty && now >= nextComparison }

  mutating func learn(_ all: [CronTrigger]) {
    let new = Dictionary(
      all.filter { !$0.isBuiltIn }.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    if hasTriggers {
      stale.formUnion(
        triggers.filter { new[$0.key]?.schedule != $0.value.schedule }.map(\.key)
      )
    }
    hasTriggers = true
    triggers = new
    nextComparison = 0
  }

  mutating func noteComparison(at now: Int) { nextComparison = now + Self.interval }
  mutating func forget(_ names: Set<String>) { stale.subtract(names) }

  /// The next times of all triggers.
  func upcoming(after now: Int) -> JSONValue {
    .array(
      triggers.values.flatMap { trigger in
        times(of: trigger, after: now).map { time in
          ["name": .string(trigger.name), "time": .number(JSONNumber(time))]
        }
      }
    )
  }

  /// Deletes what is not to come any more.
  ///
  /// Several servers may do so one after the other: what another one has made by then for the new schedule stays.
  func dropping(at now: Int) -> QueryBatch {
    let list = stale.sorted().map { name -> JSONValue in
      guard let trigger = triggers[name] else { return ["name": .string(name), "times": []] }
      let times = times(of: trigger, after: now).map { JSONValue.number(JSONNumber($0)) }
      return [
        "name": .string(name), "after": .number(JSONNumber(now)), "times": .array(times),
      ]
    }
    return QueryBatch(Self.dropping, Parameters(json: .array(list)))
  }

  /// Makes what there is not.
  func making(after now: Int) -> QueryBatch {
    QueryBatch(Self.making, Parameters(json: upcoming(after: now)))
  }

  private func times(of trigger: CronTrigger, after now: Int) -> [Int] {
    var times: [Int] = []
    var time = now
    while times.count < Self.advance, let next = trigger.schedule.next(after: time) {
      time = next
      times.append(next)
    }
    return times
  }

  // MARK: - SQL

  /// Those of the times in `$2` that no event is made of.
  static let lacking = lacking(of: 2)

  // What has been told already is there with another status, if this server's clock is behind.
  private static func lacking(of parameter: Int) -> String {
    """
    (select o.name, to_timestamp(o.time) as time
      from json_to_recordset($\(parameter)::json) as o(name text, time bigint)
      where not exists (
        select from hdb_catalog.hdb_cron_events as e
        where e.trigger_name = o.name and e.scheduled_time = to_timestamp(o.time)))
    """
  }
  private static let making = PreparedQuery(
    """
    insert into hdb_catalog.hdb_cron_events (trigger_name, scheduled_time)
    select name, time from \(lacking(of: 1)) as lacking
    on conflict (trigger_name, scheduled_time) where status = 'scheduled' do nothing
    """
  )
  private static let dropping = PreparedQuery(
    """
    delete from hdb_catalog.hdb_cron_events as e
    using json_to_recordset($1::json) as o(name text, after bigint, times json)
    where e.trigger_name = o.name and e.status = 'scheduled' and e.tries = 0
      and (o.after is null or e.scheduled_time > to_timestamp(o.after)
        and e.scheduled_time not in (
          select to_timestamp(t::bigint) from json_array_elements_text(o.times) as t))
    """
  )
}
