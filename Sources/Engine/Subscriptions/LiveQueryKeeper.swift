import EventLoop
import PostgresClient
import SQLCompiler
import Synchronization

/// Keeps the live queries whose plans fall to one loop: reads them again when they may have changed.
actor LiveQueryKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let pool: PostgresPool
  private let databases: SourceDatabases
  let options: SubscriptionOptions
  private(set) var groups: [LiveGroupKey: LiveGroup] = [:] {
    didSet { hasGroups.store(!groups.isEmpty, ordering: .relaxed) }
  }
  private let hasGroups = Atomic(false)
  private var maps: RelationMaps
  /// By relation: the groups that its changes concern.
  private var watchers: [WatchedRelation: Set<LiveGroupKey>] = [:]
  private var isClosed = false
  var statements = 0

  func pool(of database: DatabaseID) throws(PostgresError) -> PostgresPool {
    database == .main ? pool : try databases.connections(to: database, on: loop)
  }

  /// Adds what is known here.
  func count(into statistics: inout SubscriptionStatistics) {
    statistics.cohorts += groups.values.reduce(0) { $0 + $1.cohorts.count }
    statistics.statements += statements
  }

  init(_ pool: PostgresPool, _ databases: SourceDatabases, _ options: SubscriptionOptions) {
    loop = pool.loop
    self.databases = databases
    maps = RelationMaps(databases)
    self.pool = pool
    self.options = options
  }

  // MARK: - Cohorts

  /// A desk has one more subscriber in a cohort, who wants its result.
  func attach(_ key: CohortKey, _ desk: SubscriptionDesk) {
    guard !isClosed else { return }
    let group = groups[key.group] ?? makeGroup(key.group)
    let cohort = group.cohort(key)
    cohort.listeners[ObjectIdentifier(desk)] = desk
    // Where changes are told, what was read last is how it is now; an error may be over.
    if let newest = cohort.newest, !cohort.isFailed, group.pace.isDriven, group.pace.isQuiet,
      !group.isStale
    {
      send(newest, of: cohort, to: desk)
    } else {
      group.demand(cohort, for: desk)
      start(group)
    }
  }

  /// A desk has no more subscribers in a cohort.
  func detach(_ key: CohortKey, _ desk: SubscriptionDesk) {
    guard let group = groups[key.group], let cohort = group.cohorts[key] else { return }
    cohort.listeners[ObjectIdentifier(desk)] = nil
    guard cohort.listeners.isEmpty else { return }
    group.cohorts[key] = nil
    guard group.cohorts.isEmpty else { return }
    group.closeTimers()
    watch(group, nil)
    groups[key.group] = nil
  }

  func close() {
    isClosed = true
    for group in groups.values { group.closeTimers() }
    groups = [:]
  }

  private func makeGroup(_ key: LiveGroupKey) -> LiveGroup {
    let interval = key.interval ?? options.liveInterval
    let watched = maps.watched(by: key.plan)
    let group = LiveGroup(
      key,
      pace: RefreshPace(interval: UInt64(max(interval, 1)), isDriven: watched != nil)
    )
    groups[key] = group
    watch(group, watched)
    return group
  }

  private func send(_ result: LiveResult, of cohort: LiveCohort, to desk: SubscriptionDesk) {
    let key = cohort.key
    desk.loop.execute { desk.assumeIsolated { $0.receive(result, for: key) } }
  }

  // MARK: - Changes

  private func watch(_ group: LiveGroup, _ watched: [WatchedRelations]?) {
    guard group.watched != watched else { return }
    for relation in (group.watched ?? []).flatMap(\.each) {
      watchers[relation]?.remove(group.key)
      if watchers[relation]?.isEmpty == true { watchers[relation] = nil }
    }
    for relation in (watched ?? []).flatMap(\.each) {
      watchers[relation, default: []].insert(group.key)
    }
    group.watched = watched
  }

  private func adopt(_ map: RelationMap?, of database: DatabaseID) {
    maps[database] = map
    for group in groups.values {
      let watched = maps.watched(by: group.key.plan)
      let isSame = group.watched == watched
      watch(group, watched)
      follow(group.pace.drive(watched != nil, loop.milliseconds), group)
      // Nobody told of it.
      if !isSame { follow(group.pace.changed(loop.milliseconds), group) }
    }
  }

  private func readAll(of database: DatabaseID) {
    for group in groups.values
    where group.watched?.contains(where: { $0.database == database }) == true {
      follow(group.pace.changed(loop.milliseconds), group)
    }
  }

  private func note(_ changes: [CommittedChange], of database: DatabaseID) {
    for change in changes {
      let concerned = change.relations.reduce(into: Set<LiveGroupKey>()) {
        $0.formUnion(watchers[WatchedRelation(database: database, relation: $1)] ?? [])
      }
      for key in concerned {
        guard let group = groups[key] else { continue }
        group.note(change.transaction, of: database)
        follow(group.pace.changed(loop.milliseconds), group)
      }
    }
  }

  // MARK: - Refreshes

  func follow(_ action: RefreshPace.Action, _ group: LiveGroup) {
    switch action {
    case .none: break
    case .refresh:
      group.isStale = true
      start(group)
    case .wait(let time):
      let timer = group.timer ?? LoopTimer(on: loop)
      group.timer = timer
      let key = group.key
      timer.start(at: time) {
        self.assumeIsolated { $0.ring(key) }
      }
    }
  }

  private func ring(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    follow(group.pace.elapsed(loop.milliseconds), group)
  }

  /// Begins to read what is due, unless that is being done.
  func start(_ group: LiveGroup) {
    guard !group.isRunning, group.hasWork else { return }
    group.isRunning = true
    let key = group.key
    loop.spawn { await self.run(key) }
  }

  private func run(_ key: LiveGroupKey) async {
    while let group = groups[key], group.hasWork {
      let isWhole = group.isStale
      if isWhole { group.pace.started(loop.milliseconds) }
      let due = group.takeDue()
      var start = 0
      while start < due.count {
        let end = min(start + options.liveBatchSize, due.count)
        await refresh(Array(due[start..<end]), of: group)
        start = end
      }
      if isWhole { follow(group.pace.finished(loop.milliseconds), group) }
    }
    groups[key]?.isRunning = false
  }

  /// Reads cohorts by one batch of statements, in one snapshot of each database.
  func refresh(_ cohorts: [LiveCohort], of group: LiveGroup) async {
    if group.key.plan.parts.count > 1 { return await refreshParts(cohorts, of: group) }
    let plan = group.key.plan.plan
    var batch = QueryBatch()
    batch.reserveCapacity(cohorts.count * plan.queries.count)
    let watchedQuery = group.pace.isDriven ? group.key.plan.watchedQuery : nil
    for (index, cohort) in cohorts.enumerated() {
      for (place, (query, parameters)) in zip(plan.queries, cohort.key.parameters).enumerated() {
        let isFirst = index == 0 && place == 0
        batch.append(isFirst ? watchedQuery ?? query : query, parameters)
      }
    }
    statements += batch.count
    do {
      let results = try await pool(of: plan.database).execute(
        batch,
        access: plan.read.mayWrite ? .write : .read
      )
      let watched = watchedQuery == nil ? nil : results.first.map { WatchedResult($0) }
      let count = plan.queries.count
      for (index, cohort) in cohorts.enumerated() {
        let own = Array(results[(index * count)..<((index + 1) * count)])
        let body = ResponseEncoder.encode(
          plan,
          own,
          ignoresFirst: index == 0 && watched?.isEmpty == true,
          size: cohort.bodySize
        )
        publish(body, of: cohort)
      }
      // What was told a moment too early is read once more.
      if let snapshot = watched?.snapshot, !group.told[0].areSeen(by: snapshot) {
        follow(group.pace.changed(loop.milliseconds), group)
      }
    } catch {
      await recover(from: error, cohorts, of: group)
    }
  }

  /// Sends a result to those who do not have it.
  func publish(_ body: [UInt8], of cohort: LiveCohort, isFailure: Bool = false) {
    cohort.isFailed = isFailure
    let waiting = cohort.waiting
    cohort.waiting = [:]
    if let newest = cohort.newest, newest.bytes == body {
      for desk in waiting.values { send(newest, of: cohort, to: desk) }
      return
    }
    let result = LiveResult(version: (cohort.newest?.version ?? 0) + 1, bytes: body)
    cohort.newest = result
    for desk in cohort.listeners.values { send(result, of: cohort, to: desk) }
  }
}

extension LiveQueryKeeper: ChangeListener {
  nonisolated func follow(_ map: RelationMap?, of feed: ChangeFeed) {
    loop.execute { self.assumeIsolated { $0.adopt(map, of: feed.database) } }
  }

  nonisolated func changed(_ changes: [CommittedChange], of database: DatabaseID) {
    loop.execute { self.assumeIsolated { $0.note(changes, of: database) } }
  }

  nonisolated func mayHaveChanged(_ database: DatabaseID) {
    loop.execute { self.assumeIsolated { $0.readAll(of: database) } }
  }

  nonisolated var isWatching: Bool { hasGroups.load(ordering: .relaxed) }
}
