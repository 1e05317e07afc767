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
  private var isLeading = false
  private var generation = 0
  private var triggers: [String: CronTrigger] = [:]
  private var lastHydration = 0
  private var task: Task<Void, Never>?
  private var calls: [String: Task<Void, Never>] = [:]

  /// How many events of a trigger are made in advance, as in Hasura.
  private static let advance = 100

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

  /// Takes no more events over, and waits for the answers to those under way.
  func stop() async {
    task?.cancel()
    await task?.value
    for call in calls.values { await call.value }
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
    let answer = await lease.take()
    // If the time was over before it was taken anew, another server may have had it.
    if answer == .lost || !hold.isHeld(at: loop.milliseconds) { isLeading = false }
    hold.note(answer, askedAt: now)
    guard hold.isHeld(at: loop.milliseconds) else { return false }
    if !isLeading {
      guard await release() else { return false }
      generation = 0
      isLeading = true
    }
    return true
  }

  /// Lets the events go that are locked and that nobody tells.
  private func release() async -> Bool {
    let here = JSONValue.array(calls.keys.map { .string($0) })
    for kind in ScheduleLog.Kind.allCases {
      let query = PreparedQuery(ScheduleLog.releasing(kind))
      do {
        _ = try await pool.execute(QueryBatch(query, Parameters(json: here)), access: .write)
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

  private static let hydrating = PreparedQuery(
    """
    insert into hdb_catalog.hdb_cron_events (trigger_name, scheduled_time)
    select o.name, to_timestamp(o.time)
    from json_to_recordset($1::json) as o(name text, time bigint)
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
    guard
      let rows = try? await pool.execute(
        QueryBatch(sql: ScheduleLog.taking(kind)),
        access: .write
      )[0]
    else { return }
    for row in 0..<rows.rowCount {
      guard let due = due(kind, rows, row) else {
        if let id = rows.string(row, 0) { await note(kind, id, status: "error", retry: nil) }
        continue
      }
      calls[due.id] = loop.spawn { await self.tell(due) }
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
    defer { calls[due.id] = nil }
    guard due.delay <= due.retries.tolerance || due.tries > 0 else {
      return await note(due.kind, due.id, status: "dead", retry: nil, tries: 0)
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
    var parameters = Parameters()
    parameters.append(text: due.id)
    if let status = attempt.status {
      parameters.append(text: String(status))
    } else {
      parameters.appendNull()
    }
    parameters.append(text: attempt.request)
    parameters.append(text: attempt.response)
    _ = try? await pool.execute(
      QueryBatch(PreparedQuery(ScheduleLog.notingInvocation(due.kind)), parameters),
      access: .write
    )
    if attempt.isSuccess {
      await note(due.kind, due.id, status: "delivered", retry: nil)
    } else if due.tries >= due.retries.count, attempt.retryAfter == nil {
      await note(due.kind, due.id, status: "error", retry: nil)
    } else {
      let retry = attempt.retryAfter ?? due.retries.interval
      await note(due.kind, due.id, status: "scheduled", retry: retry)
    }
  }

  private func note(
    _ kind: ScheduleLog.Kind,
    _ id: String,
    status: String,
    retry: Int?,
    tries: Int = 1
  ) async {
    var parameters = Parameters()
    parameters.append(text: id)
    parameters.append(text: status)
    if let retry { parameters.append(text: String(retry)) } else { parameters.appendNull() }
    parameters.append(text: String(tries))
    _ = try? await pool.execute(
      QueryBatch(PreparedQuery(ScheduleLog.noting(kind)), parameters),
      access: .write
    )
  }
}
