import EventLoop
import PostgresClient
import SQLCompiler
import Synchronization

/// Follows the changes of the database and tells those who keep subscriptions.
///
/// Without replication, and while its connection is broken, subscriptions go by the clock. When it
/// begins, or begins again, everything is read once: nobody knows what happened before.
actor ChangeFeed {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let pool: PostgresPool
  nonisolated let subscriptionOptions: SubscriptionOptions
  private let options: ChangeOptions
  private let snapshots: SnapshotBox
  private let stream: ReplicationStream
  private let publication: Publication
  private let listeners: [any ChangeListener]
  private let report: @Sendable (ChangeFeedEvent) -> Void
  private let current = Mutex(ChangeSource.polling)
  private var task: Task<Void, Never>?
  private var map: RelationMap?
  /// The numbers that changes were told under and that nothing reads.
  private var irrelevant: Set<UInt32> = []
  /// Those that nobody has looked up yet.
  private var unknown: Set<UInt32> = []
  private var wanted: [ObjectIdentifier: Set<UInt32>] = [:]
  private var isReading = false
  private var needsReading = false
  private var lastEvent: ChangeFeedEvent?

  init(
    _ pool: PostgresPool,
    _ subscriptionOptions: SubscriptionOptions,
    _ snapshots: SnapshotBox,
    _ listeners: [any ChangeListener],
    report: @escaping @Sendable (ChangeFeedEvent) -> Void
  ) {
    loop = pool.loop
    self.pool = pool
    self.subscriptionOptions = subscriptionOptions
    options = subscriptionOptions.changes
    self.snapshots = snapshots
    self.listeners = listeners
    self.report = report
    stream = ReplicationStream(
      pool.configuration,
      publication: options.publication,
      on: pool.loop
    )
    publication = Publication(pool: pool, options: options)
  }

  /// How changes are learnt of now; on any thread.
  nonisolated var source: ChangeSource { current.withLock { $0 } }

  func start() {
    guard options.usesReplication, task == nil else { return }
    task = loop.spawn { await self.follow() }
  }

  func stop() async {
    task?.cancel()
    task = nil
    await stream.close()
  }

  // MARK: - The stream

  private static let firstPause = Duration.milliseconds(200)
  private static let longestPause = Duration.seconds(3)
  /// Between two looks whether replication has become possible.
  private static let obstaclePause = Duration.seconds(30)

  /// Unique, in the letters that a slot's name may have.
  private static var slotName: String {
    "apus_" + UniqueID.make().split(separator: "-").joined(separator: "_")
  }

  private func follow() async {
    var pause = Self.firstPause
    while !Task.isCancelled {
      do {
        if let obstacle = try await publication.obstacle() {
          tell(.unavailable(obstacle))
          // Whoever mends that should not have to start the server anew.
          pause = Self.obstaclePause
        } else {
          try await stream.open(slot: Self.slotName)
          pause = Self.firstPause
          repeat {
            needsReading = false
            try await readMap()
          } while needsReading
          current.withLock { $0 = .replication }
          tell(.started)
          while !Task.isCancelled { distribute(try await stream.next()) }
        }
      } catch {
        if !Task.isCancelled { tell(.lost(error.message)) }
      }
      await stream.close()
      lose()
      guard !Task.isCancelled, (try? await loop.sleep(for: pause)) != nil else { return }
      pause = pause > Self.longestPause ? Self.firstPause : min(pause * 2, Self.longestPause)
    }
  }

  /// Says whose inserted rows a listener needs.
  func want(_ relations: Set<UInt32>, for listener: ObjectIdentifier) {
    wanted[listener] = relations
    let all = wanted.values.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
    stream.assumeIsolated { $0.want(all) }
  }

  private func tell(_ event: ChangeFeedEvent) {
    guard event != lastEvent else { return }
    lastEvent = event
    report(event)
  }

  private func lose() {
    map = nil
    irrelevant = []
    unknown = []
    current.withLock { $0 = .polling }
    for listener in listeners { listener.follow(nil) }
  }

  private func distribute(_ changes: [CommittedChange]) {
    guard let map else { return }
    let relevant = changes.filter { !$0.relations.isDisjoint(with: map.known) }
    if !relevant.isEmpty { for listener in listeners { listener.changed(relevant) } }
    for change in changes { unknown.formUnion(change.relations.subtracting(map.known)) }
    unknown.subtract(irrelevant)
    // A partition, a chunk or a table that was made since.
    if !unknown.isEmpty { reload() }
  }

  // MARK: - What depends on what

  /// Reads anew what depends on what: the metadata or the tables have changed.
  func reload() {
    // As it begins, whoever reads for the first time reads once more.
    guard map != nil, !isReading else {
      needsReading = true
      return
    }
    isReading = true
    loop.spawn { await self.runReload() }
  }

  private func runReload() async {
    repeat {
      needsReading = false
      do {
        try await readMap()
      } catch {
        // Where the stream has ended too it reads when it begins anew.
        guard map != nil, (try? await loop.sleep(for: Self.firstPause)) != nil else { break }
        needsReading = true
      }
    } while needsReading && map != nil
    isReading = false
  }

  private func readMap() async throws(PostgresError) {
    let told = unknown
    unknown = []
    let batch = RelationMapQuery.batch(publication: options.publication)
    var next = RelationMapQuery.map(try await pool.execute(batch)[0])
    if options.managesPublication {
      try await publication.add(trackedRelations(next))
      next = RelationMapQuery.map(try await pool.execute(batch)[0])
    }
    irrelevant.formUnion(told.subtracting(next.known))
    let isNew = map == nil
    map = next
    for listener in listeners { listener.follow(next) }
    // What was told before anybody knew what it was.
    if !isNew, !told.isDisjoint(with: next.known) {
      var change = CommittedChange(transaction: 0)
      change.relations = told.intersection(next.known)
      for listener in listeners { listener.changed([change]) }
    }
  }

  /// What is read where tracked tables are.
  private func trackedRelations(_ map: RelationMap) -> Set<UInt32> {
    let tables = snapshots.current?.adminSchema.tables ?? []
    return tables.reduce(into: []) { $0.formUnion(map.entries[$1.sqlName]?.reads ?? []) }
  }
}

/// What is to be logged of the feed.
package enum ChangeFeedEvent: Hashable, Sendable {
  case started
  /// There is no replication here, and why.
  case unavailable(String)
  /// It has ended and is tried again.
  case lost(String)
}

/// Keeps what changes may concern; called on the feed's loop.
protocol ChangeListener: Sendable {
  /// What depends on what, for changes that are told from now on; nil where none are.
  func follow(_ map: RelationMap?)
  func changed(_ changes: [CommittedChange])
}
