package import Engine
package import EventLoop
import JSON
import Metadata
import PostgresClient

/// Calls the platform's mutations when their schedules say so.
///
/// Every server looks once a minute and makes the same calls: the key of the job that a call adds is
/// the schedule and its time, so that one of them adds it. What was missed while no server ran comes
/// once, late, unless it is older than six hours.
package actor Scheduler {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private static let tolerance = "6 hours"

  private let engine: Engine
  private let fields: [String: NativeField]
  private let report: @Sendable (String) -> Void
  private var task: Task<Void, Never>?
  private let interval: Duration

  /// `interval` is how often it looks: often enough that no minute is left out.
  package init(
    _ engine: Engine,
    _ fields: [NativeField],
    every interval: Duration = .seconds(15),
    on loop: EventLoop,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.engine = engine
    self.fields = Dictionary(
      fields.filter(\.startsJobs).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.interval = interval
    self.report = report
    self.loop = loop
  }

  package func start() {
    task = loop.spawn { await self.run() }
  }

  package func stop() async {
    task?.cancel()
    await task?.value
    task = nil
  }

  private func run() async {
    var starts = ScheduleStarts()
    while !Task.isCancelled {
      do {
        let calls = calls()
        starts.see(calls, in: try await now())
        for call in calls { try await look(at: call, starts) }
      } catch is CancellationError {
        return
      } catch {
        report("schedules wait: \(JobFailure(error).message)")
      }
      guard (try? await loop.sleep(for: interval)) != nil else { return }
    }
  }

  /// What is wrong with one schedule, such as a zone that PostgreSQL does not know, stops no other one.
  private func look(at call: ScheduledCall, _ starts: ScheduleStarts) async throws {
    guard let start = starts[call] else { return }
    do {
      try await look(at: call, since: start)
    } catch let error as PostgresError where error.kind == .server {
      report("the schedule \(call.name) waits: \(error.message)")
    }
  }

  private func calls() -> [ScheduledCall] {
    var calls: [ScheduledCall] = []
    for entry in engine.metadataMember("cron_triggers")?.array ?? [] {
      do {
        if let call = try ScheduledCall(entry) { calls.append(call) }
      } catch {
        report("the schedule \(entry["name"]?.string ?? "") is left out: \(error)")
      }
    }
    return calls
  }

  private func now() async throws -> String {
    let rows = try await engine.pool(of: loop).execute(
      QueryBatch(sql: "SELECT date_trunc('minute', now())"),
      access: .write
    )
    return rows[0].string(0, 0) ?? ""
  }

  /// Makes the latest call that is due since the last one.
  package func look(at call: ScheduledCall, since start: ScheduleStarts.Start) async throws {
    let rows = try await engine.pool(of: loop).execute(
      QueryBatch(
        Self.minutes,
        Parameters(call.name, call.timeZone, start.minute, Self.tolerance, "\(start.isOld)")
      ),
      access: .write
    )[0]
    var latest: CronSchedule.Minute?
    var due: String?
    for row in 0..<rows.rowCount {
      guard let text = rows.string(row, 1), let minute = CronSchedule.Minute(text) else { continue }
      // The first row is the minute before, which was looked at already.
      if row > 0, call.schedule.isDue(at: minute, after: latest) { due = rows.string(row, 0) }
      latest = max(latest ?? minute, minute)
    }
    if let due { try await make(call, at: due) }
  }

  private func make(_ call: ScheduledCall, at time: String) async throws {
    guard let field = fields[call.field], case .call(let body) = field.body else {
      return report("the schedule \(call.name) calls \(call.field), which starts no job")
    }
    var arguments = JSONObject()
    for argument in field.arguments {
      let value = call.arguments[argument.name] ?? argument.defaultValue ?? .null
      if !value.isNull { arguments.append(argument.name, value) }
    }
    // Nobody waits for the answer.
    arguments["wait"] = nil
    let session = Session(
      role: Session.adminRole,
      [
        SessionVariable(name: "x-hasura-user-id", value: "schedule:\(call.name)"),
        SessionVariable(name: ScheduledCall.nameVariable, value: call.name),
        SessionVariable(name: ScheduledCall.timeVariable, value: time),
      ]
    )
    do {
      _ = try await body(
        NativeCall(
          arguments: arguments,
          session: session,
          idempotencyKey: "schedule/\(call.name)/\(time)",
          pool: engine.pool(of: loop)
        )
      )
    } catch let error as HasuraError {
      report("the schedule \(call.name) could not call \(call.field): \(error.message)")
    }
  }

  /// The minutes since the last call, each with what the clocks of the zone show.
  private static let minutes = PreparedQuery(
    """
    SELECT to_char(m AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      to_char(m AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI')
    FROM generate_series(
      greatest(
        CASE WHEN NOT $5::boolean THEN $3::timestamptz - interval '1 minute' END,
        coalesce((SELECT max(scheduled_for) FROM control.experiment_job WHERE schedule_name = $1),
          $3::timestamptz - interval '1 minute'),
        date_trunc('minute', now()) - $4::interval),
      date_trunc('minute', now()), interval '1 minute') AS m
    """
  )
}

extension CronSchedule.Minute {
  /// `2026-03-08 02:30`.
  package init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let date = CivilDate(parts[0]) else { return nil }
    let clock = parts[1].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 2 else { return nil }
    self.init(date: date, minute: clock[0] * 60 + clock[1])
  }
}
