import EventLoop
import JSON
import Metadata
import PostgresClient

/// Cleans the logs of event triggers by their schedules, one batch after the other.
///
/// Of several servers one does it, the one that holds the lease. What is planned and what was done stands
/// in Hasura's own table.
actor LogCleaner {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let pool: PostgresPool
  /// Where the logs are.
  private let database: DatabaseID
  private let lease: Lease
  private var isLeading = false
  private var generation = 0
  private var schedules: [String: CleanupSchedule] = [:]
  /// The triggers whose planned cleanups no longer hold.
  private var stale: Set<String> = []
  private var lastPlanning = 0
  private var task: Task<Void, Never>?

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

  /// Ends after the batch that is under way.
  func stop() async {
    task?.cancel()
    await task?.value
    if isLeading { await lease.giveBack() }
  }

  private func run() async {
    while !Task.isCancelled {
      readMetadata()
      if await hasWork() {
        let answer = await lease.take()
        if case .held(let former) = answer {
          isLeading = true
          // What a server that led before has planned may be out of date.
          if former != .itself { stale.formUnion(schedules.keys) }
          await forget()
          await plan()
          await cleanDue()
          if !Task.isCancelled {
            isLeading = false
            await lease.rest()
          }
        }
        // Where the database did not answer, the lease is this server's as it was.
        if answer == .lost { isLeading = false }
      }
      guard (try? await loop.sleep(for: .milliseconds(configuration.scheduleInterval))) != nil
      else { return }
    }
  }

  /// Learns the schedules, if they have changed.
  private func readMetadata() {
    guard snapshots.generation != generation, let snapshot = snapshots.current else { return }
    generation = snapshot.generation
    var new: [String: CleanupSchedule] = [:]
    for (trigger, _, _) in snapshot.eventTriggers(of: database) {
      new[trigger.name] = trigger.cleanup
    }
    stale.formUnion(schedules.keys.filter { new[$0]?.schedule != schedules[$0]?.schedule })
    if new != schedules { lastPlanning = 0 }
    schedules = new
  }

  /// Whether there is something to do, found by reading only.
  private func hasWork() async -> Bool {
    guard stale.isEmpty else { return true }
    guard !schedules.isEmpty else { return false }
    let now = WallClock.seconds
    let isPlanning = now - lastPlanning >= Self.planningInterval
    let list = isPlanning ? planned(after: now) : .array([])
    let rows = try? await pool.execute(
      QueryBatch(CleanupLog.looking, Parameters(json: list))
    )[0]
    guard let rows else { return false }
    let lacks = rows.string(0, 1) == "t"
    if isPlanning, !lacks { lastPlanning = now }
    return lacks || rows.string(0, 0) == "t"
  }

  /// Deletes what is planned and holds no more; what fails is done in the next turn.
  private func forget() async {
    guard !stale.isEmpty else { return }
    let triggers = stale
    let done = try? await pool.execute(
      QueryBatch(
        CleanupLog.forgetting,
        Parameters(json: .array(triggers.sorted().map { .string($0) }))
      ),
      access: .write
    )
    guard done != nil else { return }
    stale.subtract(triggers)
    // Those that go on are planned anew at once: the next cleanup may be due before the next planning.
    lastPlanning = 0
  }

  /// Writes down when the next cleanups are, once a minute.
  private func plan() async {
    let now = WallClock.seconds
    guard !schedules.isEmpty, now - lastPlanning >= Self.planningInterval else { return }
    let done = try? await pool.execute(
      QueryBatch(CleanupLog.planning, Parameters(json: planned(after: now))),
      access: .write
    )
    if done != nil { lastPlanning = now }
  }

  private func planned(after now: Int) -> JSONValue {
    var planned: [JSONValue] = []
    for (name, schedule) in schedules {
      var time = now
      for _ in 0..<Self.advance {
        guard let next = schedule.schedule.next(after: time) else { break }
        time = next
        planned.append(["name": .string(name), "time": .number(JSONNumber(next))])
      }
    }
    return .array(planned)
  }

  /// How many cleanups of a trigger are planned in advance, as in Hasura.
  private static let advance = 5
  /// Seconds from one planning to the next.
  private static let planningInterval = 60

  private func cleanDue() async {
    guard
      let due = try? await pool.execute(QueryBatch(CleanupLog.due), access: .write)[0]
    else { return }
    for row in 0..<due.rowCount where !Task.isCancelled {
      guard let id = due.string(row, 0), let name = due.string(row, 1) else { continue }
      let done = await clean(name)
      var parameters = Parameters()
      parameters.append(text: id)
      parameters.append(text: done.status)
      parameters.append(text: String(done.counts.events))
      parameters.append(text: String(done.counts.invocations))
      _ = try? await pool.execute(QueryBatch(CleanupLog.noting, parameters), access: .write)
    }
  }

  /// Deletes batch after batch while there is something to delete, by what the metadata say then.
  private func clean(_ name: String) async -> (status: String, counts: CleanupLog.Counts) {
    var counts = CleanupLog.Counts()
    while true {
      _ = await lease.take()
      // It may have been paused since it was planned, or since the last batch.
      readMetadata()
      guard let schedule = schedules[name] else { return ("dead", counts) }
      if schedule.isPaused { return ("paused", counts) }
      guard let batch = try? await CleanupLog.clean(name, schedule.cleanup, pool) else {
        return ("dead", counts)
      }
      counts.events += batch.events
      counts.invocations += batch.invocations
      if batch.events < schedule.cleanup.batchSize { return ("completed", counts) }
      if Task.isCancelled { return ("completed", counts) }
    }
  }
}
