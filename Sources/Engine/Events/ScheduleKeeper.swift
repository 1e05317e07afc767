import EventLoop
import Glibc
import JSON
import Metadata
import PostgresClient

/// Makes the events of cron triggers, and tells webhooks of all scheduled events when they are due.
///
/// Of several servers one does it, the one that holds the lease.
actor ScheduleKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let pool: PostgresPool
  private let lease: Lease
  private var hold = LeaseHold()
  private var lastRenewal: UInt64 = 0
  private var isLeading = false
  private var generation = 0
  private var triggers: [String: CronTrigger] = [:]
  private var lastHydration = 0
  private var task: Task<Void, Never>?
  private var calls: [String: Task<Void, Never>] = [:]
  private var lastRelease: UInt64 = 0
  private var isStopping = false

  /// How many events of a trigger are made in advance, as in Hasura.
  private static let advance = 100
  /// Seconds after which an event is tried again at the latest, whatever a webhook says.
  private static let longestWait = 31_536_000
  /// Milliseconds for which calls under way are waited for when this server ends.
  private static let grace: UInt64 = 10_000

  init(_ configuration: EngineConfiguration, _ snapshots: SnapshotBox, _ pool: PostgresPool) {
    self.configuration = configuration
    self.snapshots = snapshots
    self.pool = pool
    loop = pool.loop
    lease = Lease(pool: pool, name: "schedules", holder: UniqueID.make())
  }

  func start() {
    task = loop.spawn { await self.run() }
  }

  /// Takes no more events over, and notes what comes of those that are being told, if it comes soon.
  func stop() async {
    isStopping = true
    task?.cancel()
    await task?.value
    let start = loop.milliseconds
    while !calls.isEmpty, loop.milliseconds - start < Self.grace {
      // Nobody else is to tell them meanwhile.
      if isLeading, loop.milliseconds - lastRenewal > 1_000 { _ = await leads() }
      guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { break }
    }
    if isLeading { await lease.giveBack() }
  }

  private func run() async {
    while !Task.isCancelled {
      if await leads() {
        await readMetadata()
        await hydrate()
        for kind in ScheduleLog.Kind.allCases { await take(kind) }
      }
      guard (try? await loop.sleep(for: .milliseconds(configuration.scheduleInterval))) != nil
      else { return }
    }
  }

  private func leads() async -> Bool {
    let now = loop.milliseconds
    lastRenewal = now
    let answer = await lease.take()
    // If the time was over before it was taken anew, another server may have had it.
    if answer == .lost || !hold.isHeld(at: loop.milliseconds) { isLeading = false }
    hold.note(answer, askedAt: now)
    guard hold.isHeld(at: loop.milliseconds) else { return false }
    if !isLeading {
      guard await release() else { return false }
      generation = 0
      isLeading = true
    } else if now - lastRelease >= configuration.releaseInterval {
      // Of those that were taken over the answer may have been lost.
      _ = await release()
    }
    return true
  }

  /// Lets the events go that are locked and that nobody tells.
  private func release() async -> Bool {
    lastRelease = loop.milliseconds
    let here = JSONValue.array(calls.keys.map { .string($0) })
    for kind in ScheduleLog.Kind.allCases {
      var batch = QueryBatch()
      batch.append(sql: ScheduleLog.releasing(kind), Parameters(json: here))
      do {
        _ = try await pool.execute(batch, access: .write)
      } catch {
        // What is locked for good is not to hold the rest up.
        guard error.isLasting else { return false }
      }
    }
    return true
  }

  // MARK: - Cron triggers

  private func readMetadata() async {
    guard snapshots.generation != generation, let snapshot = snapshots.current else { return }
    let new = Dictionary(
      snapshot.consistency.metadata.cronTriggers.filter { !$0.isBuiltIn }.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    // Events of triggers that are gone, or that have another schedule, are not to come.
    let stale =
      generation == 0
      ? nil : triggers.filter { new[$0.key]?.schedule != $0.value.schedule }.map(\.key)
    generation = snapshot.generation
    triggers = new
    lastHydration = 0
    let names: [JSONValue] =
      stale.map { $0.map { .string($0) } } ?? []
    if !names.isEmpty {
      _ = try? await pool.execute(
        QueryBatch(Self.dropping, Parameters(json: .array(names))),
        access: .write
      )
    }
  }

  private func hydrate() async {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let seconds = Int(now.tv_sec)
    guard !triggers.isEmpty, seconds - lastHydration >= 60 else { return }
    lastHydration = seconds
    var events: [JSONValue] = []
    for trigger in triggers.values {
      var time = seconds
      for _ in 0..<Self.advance {
        guard let next = trigger.schedule.next(after: time) else { break }
        time = next
        events.append(["name": .string(trigger.name), "time": .number(JSONNumber(next))])
      }
    }
    _ = try? await pool.execute(
      QueryBatch(Self.hydrating, Parameters(json: .array(events))),
      access: .write
    )
  }

  // What has been told already is there with another status, if this server's clock is behind.
  private static let hydrating = PreparedQuery(
    """
    insert into hdb_catalog.hdb_cron_events (trigger_name, scheduled_time)
    select o.name, to_timestamp(o.time)
    from json_to_recordset($1::json) as o(name text, time bigint)
    where not exists (
      select from hdb_catalog.hdb_cron_events as e
      where e.trigger_name = o.name and e.scheduled_time = to_timestamp(o.time))
    on conflict (trigger_name, scheduled_time) where status = 'scheduled' do nothing
    """
  )
  private static let dropping = PreparedQuery(
    """
    delete from hdb_catalog.hdb_cron_events
    where trigger_name in (select json_array_elements_text($1::json))
      and status = 'scheduled' and tries = 0
    """
  )

  // MARK: - Due events

  /// An event that is due.
  private struct Due {
    var kind: ScheduleLog.Kind
    var id: String
    var trigger: String?
    var tries: Int
    /// Seconds since it was due.
    var delay: Int
    var body: [UInt8]
    var webhook: EventTrigger.Webhook
    var headers: [WebhookHeader]
    var retries: RetryPolicy
    var transforms = JSONObject()
  }

  private func take(_ kind: ScheduleLog.Kind) async {
    let room = configuration.eventsInFlight - calls.count
    guard room > 0 else { return }
    var parameters = Parameters()
    parameters.append(text: String(room))
    var batch = QueryBatch()
    batch.append(sql: ScheduleLog.taking(kind), parameters)
    guard let rows = try? await pool.execute(batch, access: .write)[0] else { return }
    for row in 0..<rows.rowCount {
      guard let id = rows.string(row, 0) else { continue }
      let due = due(kind, rows, row)
      calls[id] = loop.spawn {
        if let due {
          await self.tell(due)
        } else {
          // Its trigger is gone, or nobody can read what it says.
          await self.store(ScheduleOutcome(kind: kind, id: id, status: .error))
        }
      }
    }
  }

  private func due(_ kind: ScheduleLog.Kind, _ rows: QueryResult, _ row: Int) -> Due? {
    func json(_ column: Int) -> JSONValue? {
      rows.bytes(row, column).flatMap { try? JSONValue(parsing: $0.span) }
    }
    guard let id = rows.string(row, 0), let scheduled = rows.string(row, 3),
      let created = rows.string(row, 4)
    else { return nil }
    var body: JSONObject = [
      "id": .string(id), "scheduled_time": .string(scheduled + "Z"),
      "created_at": .string(created + "Z"),
    ]
    var due = Due(
      kind: kind,
      id: id,
      tries: rows.string(row, 1).flatMap { Int($0) } ?? 0,
      delay: rows.string(row, 2).flatMap { Int($0) } ?? 0,
      body: [],
      webhook: .url(""),
      headers: [],
      retries: RetryPolicy()
    )
    if kind == .cron {
      guard let trigger = rows.string(row, 5).flatMap({ triggers[$0] }) else { return nil }
      due.trigger = trigger.name
      body.append("name", .string(trigger.name))
      body.append("payload", trigger.payload ?? .null)
      body.append("comment", trigger.comment.map { .string($0) } ?? .null)
      due.webhook = trigger.webhook
      due.headers = trigger.headers
      due.retries = trigger.retries
      due.transforms = trigger.others
    } else {
      guard let webhook = json(6),
        let read = try? EventTrigger.Webhook(decoding: JSONCursor(webhook))
      else { return nil }
      due.webhook = read
      let headers = (json(9) ?? .array([])).array ?? []
      due.headers = headers.compactMap { try? WebhookHeader(decoding: JSONCursor($0)) }
      due.retries = RetryPolicy(stored: json(7) ?? .null)
      body.append("payload", json(8) ?? .null)
      body.append("comment", rows.string(row, 10).map { .string($0) } ?? .null)
    }
    due.body = JSONValue.object(body).serialized
    return due
  }

  private func tell(_ due: Due) async {
    guard due.delay <= due.retries.tolerance || due.tries > 0 else {
      return await store(ScheduleOutcome(kind: due.kind, id: due.id, status: .dead))
    }
    let attempt = await WebhookAttempt.make(
      webhook: due.webhook,
      headers: due.headers,
      transforms: due.transforms,
      body: due.body,
      timeout: due.retries.timeout,
      configuration,
      on: loop
    )
    let kind: FailedAttempt.Kind = due.kind == .cron ? .cron : .oneOff
    if let failure = attempt.failure(kind, due.trigger, due.id) {
      configuration.reportFailedAttempt(failure)
    }
    let status: ScheduleOutcome.Status =
      if attempt.isSuccess {
        .delivered
      } else if due.tries >= due.retries.count, attempt.retryAfter == nil {
        .error
      } else {
        .scheduled(
          after: min(max(attempt.retryAfter ?? due.retries.interval, 0), Self.longestWait)
        )
      }
    await store(ScheduleOutcome(kind: due.kind, id: due.id, status: status, attempt: attempt))
  }

  /// Writes down what came of an event, when the database is back where it is away.
  private func store(_ outcome: ScheduleOutcome) async {
    defer { calls[outcome.id] = nil }
    var withInvocation = true
    while true {
      do {
        _ = try await pool.execute(
          outcome.batch(withInvocation: withInvocation),
          access: .write
        )
        return
      } catch {
        if error.isLasting {
          // What was asked and answered is refused, perhaps; if it is the rest, nothing helps.
          guard withInvocation, outcome.attempt != nil else { return }
          withInvocation = false
        } else if isStopping {
          return
        } else {
          try? await loop.sleep(for: .milliseconds(200))
        }
      }
    }
  }
}
