import Catalog
import EventLoop
import JSON
import Metadata
import PostgresClient

/// Tells webhooks of changes: each, in order per row, a bounded number at a time.
///
/// Of several servers one does it, the one that holds the lease; when it ends another goes on. An event
/// is told again where the server ended before it could note the answer. While there are no events nobody
/// holds the lease, and each server only looks.
actor EventDeliverer {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  let pool: PostgresPool
  /// Where the events are.
  private let database: DatabaseID
  let lease: Lease
  var hold = LeaseHold()
  var isLeading = false
  /// When there was something to do.
  var lastWork: UInt64 = 0
  var watch = LeaseWatch()
  /// Whether events may have been taken over whose answer never came.
  var mayHaveLost = false
  var queues = EventQueues()
  var unnoted = EventNotes()
  /// The ids of those that are being written down.
  var idsNoted: [String] = []
  var triggers: [String: EventTrigger] = [:]
  private var keys: [String: [String]] = [:]
  /// Triggers of events that the metadata here do not have: since when.
  private var unknown: [String: UInt64] = [:]
  private var generation = 0
  private var task: Task<Void, Never>?
  /// Writes outcomes down while there are any.
  var notes: Task<Void, Never>?
  var lastRenewal: UInt64 = 0
  private var isStopping = false
  private var isEnding = false
  var search = EventSearch()

  /// How many events are here at most.
  private static let capacity = 2_000
  /// Milliseconds without an event after which others may take the lease.
  ///
  /// To let it go and to take it costs two writes, as much as to hold it for two seconds.
  static let patience: UInt64 = 3_000
  /// Milliseconds for which calls under way are waited for when this server ends.
  private static let grace: UInt64 = 10_000
  /// Seconds after which an event is tried again at the latest, whatever a webhook says.
  private static let longestWait = 31_536_000
  /// Milliseconds for which outcomes are gathered before they are written down together.
  private static let gathering = 5

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

  /// Tells no more events, and notes what comes of those that are being told, if it comes soon.
  func stop() async {
    isStopping = true
    task?.cancel()
    await task?.value
    task = nil
    queues.clear()
    let start = loop.milliseconds
    while queues.inFlight > 0, loop.milliseconds - start < Self.grace {
      // Nobody else is to tell them meanwhile.
      if isLeading { _ = await leads() }
      guard await pause(20) else { break }
    }
    isEnding = true
    await notes?.value
    await note()
    if isLeading, hold.isHeld(at: loop.milliseconds) {
      _ = try? await pool.execute(Self.releasing([]), access: .write)
      await lease.giveBack()
    }
  }

  private func run() async {
    let renewals = loop.spawn { await self.renew() }
    defer { renewals.cancel() }
    while !Task.isCancelled {
      readMetadata()
      if let pause = await timeToWait() {
        guard await self.pause(pause) else { return }
        continue
      }
      let taken = await take()
      deliver()
      if taken > 0 || !isIdle { lastWork = loop.milliseconds }
      if loop.milliseconds - lastWork >= Self.patience { await rest() }
      if taken == 0 {
        guard await pause(configuration.eventInterval) else { return }
      } else if queues.count >= Self.capacity || taken < configuration.eventBatch {
        guard await pause(5) else { return }
      }
    }
  }

  func pause(_ milliseconds: Int) async -> Bool {
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
    unknown = unknown.filter { triggers[$0.key] == nil }
  }

  func events(_ rows: QueryResult) -> [Event] {
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
    let room = min(configuration.eventBatch, Self.capacity - queues.count)
    guard room > 0 else { return 0 }
    let batch = search.begin(now: loop.milliseconds, room: room)
    guard let results = try? await pool.execute(batch, access: .write) else {
      mayHaveLost = true
      lastWork = loop.milliseconds
      return 0
    }
    let found = results[results.count - 1]
    func place(_ column: Int) -> Int? { results[0].string(0, column).flatMap { Int($0) } }
    search.end(
      now: loop.milliseconds,
      room: room,
      oldest: place(0) ?? 0,
      own: place(2),
      lastOrder: place(1) ?? 0,
      found: (0..<found.rowCount).map { order(found, $0) }
    )
    // What is tried again goes before what is new, of the same row perhaps.
    for event in results[1...].flatMap(events) {
      guard let head = queues.add(event) else { continue }
      unnoted.handedBack.append(HandedBackEvent(id: event.id, head: head))
    }
    if !unnoted.handedBack.isEmpty { noteSoon() }
    return results[1...].reduce(0) { $0 + $1.rowCount }
  }

  private func deliver() {
    while isLeading, !isStopping, hold.isHeld(at: loop.milliseconds),
      let (row, event) = queues.next(within: configuration.eventsInFlight)
    {
      loop.spawn { await self.deliver(event, of: row) }
    }
  }

  private func deliver(_ event: Event, of row: Event.Row) async {
    guard let trigger = triggers[event.trigger] else {
      leave(event, of: row)
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
    if let failure = attempt.failure(.event, event.trigger, event.id) {
      configuration.reportFailedAttempt(failure)
    }
    if attempt.isSuccess || event.tries >= trigger.retries.count && attempt.retryAfter == nil {
      unnoted.outcomes.append(EventOutcome(event: event, attempt: attempt, retry: nil))
      queues.finish(row)
    } else {
      let seconds = min(max(attempt.retryAfter ?? trigger.retries.interval, 0), Self.longestWait)
      unnoted.outcomes.append(EventOutcome(event: event, attempt: attempt, retry: seconds))
      wait(row, for: event)
    }
    noteSoon()
    deliver()
  }

  /// Hands back what has to wait for an event of its row.
  private func wait(_ row: Event.Row, for event: Event) {
    for follower in queues.wait(row) {
      unnoted.handedBack.append(HandedBackEvent(id: follower.id, head: event.id))
    }
  }

  /// Tells nobody of an event, for there is no such trigger.
  ///
  /// Another server may have made it, and this one is still to read the metadata: the event waits, and is
  /// given up when that takes too long. `pg_redeliver_event` tells it if the trigger comes back.
  private func leave(_ event: Event, of row: Event.Row) {
    let now = loop.milliseconds
    let since = unknown[event.trigger] ?? now
    unknown[event.trigger] = since
    if now - since < configuration.eventPatience {
      unnoted.postponed.append(event.id)
      wait(row, for: event)
    } else {
      let missing = WebhookAttempt.missing(trigger: event.trigger)
      unnoted.outcomes.append(EventOutcome(event: event, attempt: missing, retry: nil))
      queues.finish(row)
    }
    noteSoon()
  }

  /// Has what there is to note written down beside the telling, some milliseconds' worth at once.
  private func noteSoon() {
    guard notes == nil else { return }
    notes = loop.spawn {
      while await !self.unnoted.isEmpty, await !self.isEnding {
        _ = await self.pause(Self.gathering)
        await self.note()
      }
      await self.endNotes()
    }
  }

  private func endNotes() {
    notes = nil
    if !unnoted.isEmpty, !isEnding { noteSoon() }
  }

  /// Writes down what came of telling events; what cannot be written now is there for the next time.
  private func note() async {
    let notes = unnoted
    guard !notes.isEmpty else { return }
    unnoted = EventNotes()
    idsNoted = notes.ids
    defer { idsNoted = [] }
    var left = EventNotes()
    do {
      try await write(notes.batch(), of: notes)
    } catch {
      // One by one where something of it is refused, so that it holds up nothing else.
      if error.isLasting { left = await noteEach(of: notes) } else { left = notes }
    }
    guard !left.isEmpty else { return }
    // The database is away: they are noted when it is back.
    left.append(unnoted)
    unnoted = left
    _ = await pause(200)
  }

  /// Returns what could not be written down.
  private func noteEach(of notes: EventNotes) async -> EventNotes {
    var left = EventNotes()
    for part in notes.parts {
      do {
        do {
          try await write(part.batch(), of: part)
        } catch {
          guard error.isLasting, !part.outcomes.isEmpty else { throw error }
          try await write(part.batch(withInvocations: false), of: part)
        }
      } catch {
        left.append(part)
      }
    }
    return left
  }

  private func write(_ batch: QueryBatch, of notes: EventNotes) async throws(PostgresError) {
    let results = try await pool.execute(batch, access: .write)
    if let deferred = results.last, !notes.handedBack.isEmpty {
      let free = Set((0..<deferred.rowCount).compactMap { deferred.string($0, 0) })
      // The first of a row takes the place of the one that it waited for; what is behind it waits.
      for event in notes.handedBack where free.contains(event.id) {
        queues.replaceBlock(by: event.head, with: event.id)
      }
    }
    if let soonest = notes.outcomes.compactMap(\.retry).min() {
      search.expectRetry(now: loop.milliseconds, afterSeconds: soonest)
    }
  }
}

extension WebhookAttempt {
  /// Of an event whose trigger is gone.
  static func missing(trigger: String) -> WebhookAttempt {
    WebhookAttempt(request: Array("null".utf8), failure: "there is no event trigger \"\(trigger)\"")
  }
}

extension Parameters {
  init(json: JSONValue) {
    self.init()
    append(text: json.serialized)
  }
}
