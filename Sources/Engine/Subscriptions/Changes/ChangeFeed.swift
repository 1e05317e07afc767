import EventLoop
import PostgresClient
import SQLCompiler
import Synchronization

/// Follows the changes of a database and tells those who keep subscriptions.
///
/// It is told by logical replication or, where that is not to be had and it is allowed, by triggers.
/// Without both, and while the connection is broken, subscriptions go by the clock. When telling
/// begins, or begins again, everything is read once: nobody knows what happened before. Lives on the loop
/// of ``ChangeFeeds``.
actor ChangeFeed {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// The one of those at the same place that stands for all.
  nonisolated let database: DatabaseID
  nonisolated let options: ChangeOptions
  let pool: PostgresPool
  private let databases: SourceDatabases
  private let snapshots: SnapshotBox
  let stream: ReplicationStream
  let publication: Publication
  let listener: PostgresListener
  let triggers: ChangeTriggers
  let listeners: [any ChangeListener]
  private let report: @Sendable (ChangeFeedEvent) -> Void
  private let current = Mutex(ChangeSource.polling)
  private var task: Task<Void, Never>?
  /// By what changes are told, or are about to be.
  var active = ChangeSource.polling
  private var map: RelationMap?
  /// The numbers that changes were told under and that nothing reads.
  private var irrelevant: Set<UInt32> = []
  /// Those that nobody has looked up yet.
  private var unknown: Set<UInt32> = []
  private var wanted: [ObjectIdentifier: [UInt32: Set<String>]] = [:]
  private var looks: LoopTimer?
  /// How far the server's log reached at the last look.
  private var lookedUpTo: UInt64 = 0
  private var isReading = false
  private var needsReading = false
  private var lastEvent: ChangeFeedEvent?
  /// How often in a row a way could not be opened although the database answers.
  var failedOpenings: [ChangeSource: Int] = [:]
  private(set) var isStopped = false
  /// The tables whose changes were told as all was read last; nil before, and where they are not told by
  /// replication.
  var published: Set<UInt32>?
  /// Transactions that had written to a table before it was published, and that have not ended.
  var earlierWriters: Set<Writer> = []

  init(
    _ database: DatabaseID,
    _ pool: PostgresPool,
    _ options: ChangeOptions,
    _ databases: SourceDatabases,
    _ snapshots: SnapshotBox,
    _ listeners: [any ChangeListener],
    report: @escaping @Sendable (ChangeFeedEvent) -> Void
  ) {
    loop = pool.loop
    self.database = database
    self.pool = pool
    self.options = options
    self.databases = databases
    self.snapshots = snapshots
    self.listeners = listeners
    self.report = report
    stream = ReplicationStream(
      pool.configuration,
      publication: options.publication,
      on: pool.loop
    )
    publication = Publication(pool: pool, options: options)
    listener = PostgresListener(
      pool.configuration,
      channel: ChangeTriggers.channel,
      on: pool.loop
    )
    triggers = ChangeTriggers(pool: pool)
  }

  /// How changes are learnt of now; on any thread.
  nonisolated var source: ChangeSource { current.withLock { $0 } }

  func start() {
    guard !options.told.isEmpty, task == nil, !isStopped else { return }
    task = loop.spawn { await self.follow() }
  }

  /// Ends for good: nobody is told anything from here on, whatever is still under way.
  func stop() {
    guard !isStopped else { return }
    if task != nil { lose() }
    isStopped = true
    task?.cancel()
    task = nil
    stream.assumeIsolated { $0.close() }
    listener.assumeIsolated { $0.close() }
  }

  // MARK: - What is told

  private static let firstPause = Duration.milliseconds(200)
  private static let longestPause = Duration.seconds(3)
  /// Between two looks whether replication has become possible.
  private static let obstaclePause = Duration.seconds(30)

  /// Unique, in the letters that a slot's name may have.
  static var slotName: String {
    "apus_" + UniqueID.make().split(separator: "-").joined(separator: "_")
  }

  private func follow() async {
    var pause = Self.firstPause
    while !Task.isCancelled {
      do {
        if let source = try await begin() {
          pause = Self.firstPause
          repeat {
            needsReading = false
            try await readMap()
          } while needsReading
          if !isStopped {
            current.withLock { $0 = source }
            beginToLook()
          }
          tell(.started(source))
          while !Task.isCancelled { distribute(try await next(source)) }
        } else {
          // Whoever mends what is in the way should not have to start the server anew.
          pause = Self.obstaclePause
        }
      } catch {
        tell(.lost(error.message))
      }
      await stream.close()
      await listener.close()
      lose()
      guard !Task.isCancelled, (try? await loop.sleep(for: pause)) != nil else { return }
      pause = pause > Self.longestPause ? Self.firstPause : min(pause * 2, Self.longestPause)
    }
  }

  private func next(_ source: ChangeSource) async throws(PostgresError) -> [CommittedChange] {
    guard source == .triggers else { return try await stream.next() }
    // Whoever is notified sees what was done: no transaction has to be waited for.
    var change = CommittedChange(transaction: 0)
    for text in try await listener.next() {
      if let relation = UInt32(text) { change.relations.insert(relation) }
    }
    return [change]
  }

  /// Says whose inserted rows a listener needs, and of which columns it has to know how far they reach
  /// where there are too many.
  func want(_ relations: [UInt32: Set<String>], for listener: ObjectIdentifier) {
    wanted[listener] = relations
    let all = wanted.values.reduce(into: [UInt32: Set<String>]()) {
      $0.merge($1) { $0.union($1) }
    }
    stream.assumeIsolated { $0.want(all) }
  }

  func tell(_ event: ChangeFeedEvent) {
    guard event != lastEvent, !isStopped else { return }
    lastEvent = event
    report(event)
  }

  private func lose() {
    guard !isStopped else { return }
    looks?.close()
    looks = nil
    map = nil
    published = nil
    earlierWriters = []
    irrelevant = []
    unknown = []
    current.withLock { $0 = .polling }
    for listener in listeners { listener.follow(nil, of: self) }
  }

  private func distribute(_ changes: [CommittedChange]) {
    guard let map, !isStopped else { return }
    let relevant = changes.filter { !$0.relations.isDisjoint(with: map.known) }
    if !relevant.isEmpty { for listener in listeners { listener.changed(relevant, of: database) } }
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

  /// Has those who read from the database read all of it once more, whatever they depend on.
  func reloadAll() {
    guard !isStopped else { return }
    for listener in listeners { listener.mayHaveChanged(database) }
  }

  private func beginToLook() {
    looks = LoopTimer(on: loop)
    lookLater(options.lookInterval)
  }

  private func lookLater(_ delay: UInt64) {
    looks?.start(afterMilliseconds: delay) { [unowned self] in assumeIsolated { $0.look() } }
  }

  private func look() {
    guard map != nil, !isReading, listeners.contains(where: \.isWatching), mayDiffer() else {
      return lookLater(options.lookInterval)
    }
    isReading = true
    loop.spawn { await self.runLook() }
  }

  /// Whether anything can have happened since the last look.
  ///
  /// A server that has written nothing to its log is not asked. What it says of that comes until the next
  /// time.
  private func mayDiffer() -> Bool {
    guard active == .replication else { return true }
    let end = stream.assumeIsolated { stream in
      defer { stream.askForLogEnd() }
      return stream.logEnd
    }
    defer { lookedUpTo = end }
    return end != lookedUpTo
  }

  private func runLook() async {
    let start = loop.milliseconds
    await runReload(isLook: true)
    // A database of thousands of views is not kept busy by it.
    lookLater(max(options.lookInterval, 20 * (loop.milliseconds - start)))
  }

  private func runReload(isLook: Bool = false) async {
    var isLook = isLook
    repeat {
      needsReading = false
      do {
        try await readMap(isLook: isLook)
        isLook = false
      } catch {
        // Where the stream has ended too it reads when it begins anew.
        guard map != nil, !isStopped, (try? await loop.sleep(for: Self.firstPause)) != nil else {
          break
        }
        needsReading = true
      }
    } while needsReading && map != nil
    isReading = false
  }

  /// A look leaves all as it is where nothing differs.
  private func readMap(isLook: Bool = false) async throws(PostgresError) {
    let told = unknown
    unknown = []
    var next = try await relations()
    if map == nil, active == .replication { published = next.toldTables }
    let isSame = isLook && told.isEmpty && next == map
    switch active {
    case .replication where options.managesPublication:
      let hasFewer = try await publication.removeUnidentified()
      if isSame, !hasFewer { return }
      let hasMore = try await publication.add(trackedRelations(next))
      if hasFewer || hasMore { next = try await relations() }
    case .triggers:
      if isSame { return }
      try await triggers.add(trackedRelations(next))
      next = try await relations()
    case .replication, .polling:
      if isSame { return }
    }
    if active == .replication { try await noteEarlierWriters(next) }
    guard !isStopped else { return }
    irrelevant.formUnion(told.subtracting(next.known))
    let isNew = map == nil
    map = next
    for listener in listeners { listener.follow(next, of: self) }
    // What was told before anybody knew what it was.
    if !isNew, !told.isDisjoint(with: next.known) {
      var change = CommittedChange(transaction: 0)
      change.relations = told.intersection(next.known)
      for listener in listeners { listener.changed([change], of: database) }
    }
  }

  private func relations() async throws(PostgresError) -> RelationMap {
    let result = try await pool.execute(RelationMapQuery.batch(active, options))[0]
    return RelationMapQuery.map(result, tellsRows: active == .replication)
  }

  /// What is read where tables of this database are that are tracked.
  private func trackedRelations(_ map: RelationMap) -> Set<UInt32> {
    guard let schema = snapshots.current?.adminSchema else { return [] }
    return schema.sources.filter { databases.home(of: $0.database) == database }
      .flatMap { schema.tables[$0.tables] }
      .reduce(into: []) { $0.formUnion(map.entries[$1.sqlName]?.reads ?? []) }
  }
}

/// Keeps what changes may concern; called on the feed's loop.
protocol ChangeListener: Sendable {
  /// What depends on what in the feed's database, for changes that are told from now on; nil where
  /// none are.
  func follow(_ map: RelationMap?, of feed: ChangeFeed)
  func changed(_ changes: [CommittedChange], of database: DatabaseID)
  /// Anything may have changed of what is told in the feed's database.
  func mayHaveChanged(_ database: DatabaseID)
  /// Whether there is anybody whom changes could concern; on any thread.
  var isWatching: Bool { get }
}
