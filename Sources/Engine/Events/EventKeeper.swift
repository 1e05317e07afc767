import EventLoop
import PostgresClient

/// Has the events of every database told that has any, and their logs cleaned.
///
/// What is done for the served database runs from the start; for another it begins with its first event
/// trigger, and ends with its last. The leases of all stand in the database with the metadata.
actor EventKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private struct Workers {
    let deliverer: EventDeliverer
    let cleaner: LogCleaner
  }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let pool: PostgresPool
  private let leases: PostgresPool
  private let databases: SourceDatabases
  private var workers: [DatabaseID: Workers] = [:]
  private var isStopped = false

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ pool: PostgresPool,
    _ databases: SourceDatabases,
    leases: PostgresPool
  ) {
    self.configuration = configuration
    self.snapshots = snapshots
    self.pool = pool
    self.leases = leases
    self.databases = databases
    loop = pool.loop
  }

  func start() async {
    await begin(.main, pool, named: nil)
    await follow()
  }

  func stop() async {
    isStopped = true
    let all = workers.values
    workers = [:]
    // Each may have to wait for a webhook.
    let ends = all.map { worker in
      loop.spawn {
        await worker.deliverer.stop()
        await worker.cleaner.stop()
      }
    }
    for end in ends { await end.value }
  }

  /// Begins and ends what another version of the metadata asks for.
  func follow() async {
    guard let snapshot = snapshots.current, !isStopped else { return }
    let wanted = snapshot.databasesWithEvents
    for (database, worker) in workers where database != .main && wanted[database] == nil {
      workers[database] = nil
      await worker.deliverer.stop()
      await worker.cleaner.stop()
    }
    for (database, source) in wanted where workers[database] == nil && !isStopped {
      guard let pool = databases.pool(of: database, on: loop) else { continue }
      await begin(database, pool, named: source)
    }
  }

  /// `source` tells the leases of a database apart from those of others, for all servers alike.
  private func begin(
    _ database: DatabaseID,
    _ pool: PostgresPool,
    named source: String?
  ) async {
    func lease(_ name: String) -> Lease {
      Lease(
        pool: leases,
        name: source.map { "\(name) of \($0)" } ?? name,
        holder: UniqueID.make()
      )
    }
    let worker = Workers(
      deliverer: EventDeliverer(
        configuration,
        snapshots,
        pool,
        of: database,
        lease: lease("events")
      ),
      cleaner: LogCleaner(configuration, snapshots, pool, of: database, lease: lease("cleanups"))
    )
    workers[database] = worker
    await worker.deliverer.start()
    await worker.cleaner.start()
  }
}
