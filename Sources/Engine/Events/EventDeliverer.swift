import Catalog
import EventLoop
import JSON
import Metadata
import PostgresClient

/// Tells webhooks of changes: each, in order per row, a bounded number at a time.
///
/// Of several servers one does it, the one that holds the lease; when it ends another goes on. An event
/// is told again where the server ended before it could note the answer.
actor EventDeliverer {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let pool: PostgresPool
  /// Where the events are.
  private let database: DatabaseID
  private let lease: Lease
  private var isLeading = false
  private var queues = EventQueues()
  private var outcomes: [Outcome] = []
  private var handedBack: [(id: String, head: String)] = []
  private var triggers: [String: EventTrigger] = [:]
  private var keys: [String: [String]] = [:]
  private var generation = 0
  private var task: Task<Void, Never>?
  private var lastRenewal: UInt64 = 0

  private struct Outcome {
    var event: Event
    var attempt: WebhookAttempt
    /// Seconds; nil where it is not tried again.
    var retry: Int?
  }

  /// How many events are taken over at once, and how many are here at most.
  private static let batch = 500
  private static let capacity = 2_000

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ pool: PostgresPool,
    of database: DatabaseID = .main,
    lease: Lease
  ) {
    self.configuration = configuration
    self.snapshots = snapshots
    self.pool = pool
    self.database = database
    loop = pool.loop
    self.lease = lease
  }

  func start() {
    task = loop.spawn { await self.run() }
  }

  /// Stops taking events over, and notes what came of those that were told.
  func stop() async {
    task?.cancel()
    await task?.value
    task = nil
    await note()
    if isLeading {
      _ = try? await pool.execute(QueryBatch(EventLog.releasing), access: .write)
      await lease.giveBack()
    }
  }

  private func run() async {
    while !Task.isCancelled {
      readMetadata()
      guard !triggers.isEmpty, await leads() else {
        guard await pause(500) else { return }
        continue
      }
      await note()
      let taken = await take()
      deliver()
      if taken == 0, outcomes.isEmpty {
        guard await pause(configuration.eventInterval) else { return }
      } else if queues.count >= Self.capacity || taken < Self.batch {
        guard await pause(5) else { return }
      }
    }
  }

  private func pause(_ milliseconds: Int) async -> Bool {
    (try? await loop.sleep(for: .milliseconds(milliseconds))) != nil
  }

  /// Learns the triggers, and the keys of their tables.
  private func readMetadata() {
    guard snapshots.generation != generation, let snapshot = snapshots.current else { return }
    generation = snapshot.generation
    triggers = [:]
    keys = [:]
    for (trigger, table, key) in snapshot.eventTriggers(of: database) {
      triggers[trigger.name] = trigger
      keys["\(table.schema).\(table.name)"] = key
    }
  }

  private func leads() async -> Bool {
    if isLeading, loop.now - lastRenewal < 3_000_000_000 { return true }
    let leads = await lease.take()
    lastRenewal = loop.now
    if leads, !isLeading {
      // What the leader before had taken over, and which rows wait.
      _ = try? await pool.execute(QueryBatch(EventLog.releasing), access: .write)
      queues = EventQueues()
      let waiting = try? await pool.execute(QueryBatch(EventLog.waiting), access: .write)[0]
      for event in waiting.map(events) ?? [] {
        queues.block(event.formerRow ?? event.row, by: event.id)
      }
    }
    isLeading = leads
    return leads
  }

  private func events(_ rows: QueryResult) -> [Event] {
    (0..<rows.rowCount)
      .sorted { order(rows, $0) < order(rows, $1) }
      .compactMap { row in
        Event(rows, row) { keys["\($0).\($1)"] ?? [] }
      }
  }

  private func order(_ rows: QueryResult, _ row: Int) -> Int {
    rows.string(row, 1).flatMap { Int($0) } ?? 0
  }

  /// Takes events over; returns how many.
  private func take() async -> Int {
    let room = min(Self.batch, Self.capacity - queues.count)
    guard room > 0 else { return 0 }
    var parameters = Parameters()
    parameters.append(text: String(room))
    guard
      let rows = try? await pool.execute(
        QueryBatch(EventLog.taking, parameters),
        access: .write
      )[0]
    else { return 0 }
    for event in events(rows) {
      if let head = queues.add(event) { handedBack.append((event.id, head)) }
    }
    return rows.rowCount
  }

  private func deliver() {
    while let (row, event) = queues.next(within: configuration.eventsInFlight) {
      loop.spawn { await self.deliver(event, of: row) }
    }
  }

  private func deliver(_ event: Event, of row: Event.Row) async {
    guard let trigger = triggers[event.trigger] else {
      // The trigger is gone, and with it whom to tell; `pg_redeliver_event` tells it if it comes back.
      let missing = WebhookAttempt.missing(trigger: event.trigger)
      outcomes.append(Outcome(event: event, attempt: missing, retry: nil))
      queues.finish(row)
      return deliver()
    }
    let attempt = await WebhookAttempt.make(
      webhook: trigger.webhook,
      headers: trigger.headers,
      transforms: trigger.others,
      body: event.body(maximumRetries: trigger.retries.count),
      timeout: trigger.retries.timeout,
      configuration,
      on: loop
    )
    if attempt.isSuccess || event.tries >= trigger.retries.count && attempt.retryAfter == nil {
      outcomes.append(Outcome(event: event, attempt: attempt, retry: nil))
      queues.finish(row)
    } else {
      let seconds = attempt.retryAfter ?? trigger.retries.interval
      outcomes.append(Outcome(event: event, attempt: attempt, retry: seconds))
      for follower in queues.wait(row) { handedBack.append((follower.id, event.id)) }
    }
    deliver()
  }

  /// Writes down what came of telling events.
  private func note() async {
    let (outcomes, handedBack) = (outcomes, handedBack)
    guard !outcomes.isEmpty || !handedBack.isEmpty else { return }
    self.outcomes = []
    self.handedBack = []
    var batch = QueryBatch()
    if !outcomes.isEmpty {
      batch.append(EventLog.noting, Parameters(json: .array(outcomes.map(Self.note))))
      batch.append(
        EventLog.notingInvocations,
        Parameters(json: .array(outcomes.map(Self.invocation)))
      )
    }
    if !handedBack.isEmpty {
      let list = handedBack.map {
        JSONValue(dictionaryLiteral: ("id", .string($0.id)), ("head", .string($0.head)))
      }
      batch.append(EventLog.deferring, Parameters(json: .array(list)))
    }
    do {
      _ = try await pool.execute(batch, access: .write)
    } catch {
      // The database is away: they are noted when it is back.
      self.outcomes = outcomes + self.outcomes
      self.handedBack = handedBack + self.handedBack
      _ = await pause(200)
    }
  }

  private static func note(_ outcome: Outcome) -> JSONValue {
    let isFinal = outcome.retry == nil
    return [
      "id": .string(outcome.event.id), "delivered": .bool(outcome.attempt.isSuccess),
      "error": .bool(isFinal && !outcome.attempt.isSuccess),
      "retry": outcome.retry.map { .number(JSONNumber($0)) } ?? .null,
    ]
  }

  private static func invocation(_ outcome: Outcome) -> JSONValue {
    [
      "id": .string(outcome.event.id), "trigger": .string(outcome.event.trigger),
      "status": outcome.attempt.status.map { .number(JSONNumber($0)) } ?? .null,
      "request": outcome.attempt.request, "response": outcome.attempt.response,
    ]
  }
}

extension WebhookAttempt {
  /// Of an event whose trigger is gone.
  static func missing(trigger: String) -> WebhookAttempt {
    WebhookAttempt(request: .null, failure: "there is no event trigger \"\(trigger)\"")
  }
}

extension Parameters {
  init(json: JSONValue) {
    self.init()
    append(text: json.serialized)
  }
}
