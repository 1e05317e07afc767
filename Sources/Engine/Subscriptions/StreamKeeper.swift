import EventLoop
import PostgresClient
import SQLCompiler
import Synchronization

/// Keeps the streams of one loop's subscribers: reads on from the cursor of each.
///
/// Streams that stand at the same place of the same rows are read together.
actor StreamKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let pool: PostgresPool
  private let databases: SourceDatabases
  private let options: SubscriptionOptions
  var groups: [LiveGroupKey: Group] = [:] {
    didSet { hasGroups.store(!groups.isEmpty, ordering: .relaxed) }
  }
  let hasGroups = Atomic(false)
  var streams: [Int: Stream] = [:]
  var maps: RelationMaps
  /// Those that tell changes now.
  var feeds: [DatabaseID: ChangeFeed] = [:]
  /// The relations whose inserted rows each of them keeps for this loop, with the columns of cursors.
  var wanted: [DatabaseID: [UInt32: Set<String>]] = [:]
  private var statements = 0

  init(_ pool: PostgresPool, _ databases: SourceDatabases, _ options: SubscriptionOptions) {
    loop = pool.loop
    self.databases = databases
    maps = RelationMaps(databases)
    self.pool = pool
    self.options = options
  }

  private func pool(of database: DatabaseID) throws(PostgresError) -> PostgresPool {
    database == .main ? pool : try databases.connections(to: database, on: loop)
  }

  /// Adds what is known here.
  func count(into statistics: inout SubscriptionStatistics) {
    statistics.streams += streams.count
    statistics.statements += statements
  }

  // MARK: - Streams

  /// Adds a stream, or has one that is known go on by another plan from where it is.
  func add(_ number: Int, _ request: StreamRequest, _ desk: SubscriptionDesk) {
    let stream = streams[number] ?? Stream(number, request, desk)
    if stream.request == request, streams[number] != nil, !stream.isSuspended { return }
    leaveGroup(stream)
    stream.request = request
    stream.isSuspended = false
    stream.flow.changed()
    streams[number] = stream
    let group = groups[request.group] ?? makeGroup(request.group)
    group.streams[number] = stream
    follow(stream, in: group)
    want { $0.start(request.group) }
  }

  func remove(_ number: Int) {
    guard let stream = streams.removeValue(forKey: number) else { return }
    leaveGroup(stream)
  }

  /// Has a stream stay where it is until it is added once more: what it reads is away.
  func suspend(_ number: Int) {
    guard let stream = streams[number] else { return }
    leaveGroup(stream)
    stream.isSuspended = true
    // Nobody knows what is committed meanwhile.
    stream.passed?.forget()
  }

  func resume(_ number: Int) {
    guard let stream = streams[number] else { return }
    stream.flow.resume()
    goOn(stream)
  }

  /// Has a stream read if it may be.
  private func goOn(_ stream: Stream) {
    guard stream.isDue, !stream.isSuspended else { return }
    start(stream.request.group)
  }

  func close() {
    for group in groups.values { group.closeTimers() }
    groups = [:]
    streams = [:]
  }

  private func makeGroup(_ key: LiveGroupKey) -> Group {
    let interval = key.interval ?? options.streamInterval
    let watched = maps.watched(by: key.plan)?.first
    let group = Group(
      key,
      pace: RefreshPace(interval: UInt64(max(interval, 1)), isDriven: watched != nil)
    )
    group.watched = watched
    groups[key] = group
    // The first look is the subscriber's own; the pace is that of the looks that follow.
    group.pace.started(loop.milliseconds)
    follow(group.pace.finished(loop.milliseconds), group)
    return group
  }

  private func leaveGroup(_ stream: Stream) {
    // What is being read for it was asked for by what holds no more.
    if stream.flow.isReading { stream.isOutdated = true }
    guard let group = groups[stream.request.group] else { return }
    group.streams[stream.number] = nil
    guard group.streams.isEmpty else { return }
    group.closeTimers()
    groups[group.key] = nil
  }

  // MARK: - Reading

  func follow(_ action: RefreshPace.Action, _ group: Group) {
    switch action {
    case .none: break
    case .refresh:
      group.pace.started(loop.milliseconds)
      for stream in group.streams.values { stream.flow.changed() }
      start(group)
      follow(group.pace.finished(loop.milliseconds), group)
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

  private func start(_ key: LiveGroupKey) {
    if let group = groups[key] { start(group) }
  }

  func start(_ group: Group) {
    guard !group.isRunning, group.streams.values.contains(where: \.isDue) else { return }
    group.isRunning = true
    let key = group.key
    loop.spawn { await self.run(key) }
  }

  private func run(_ key: LiveGroupKey) async {
    while let group = groups[key] {
      for stream in group.streams.values where stream.hasPassedRows {
        await fetchPassedRows(of: stream, in: group)
      }
      var places: [[Parameters]: [Stream]] = [:]
      for stream in group.streams.values where stream.flow.isDue {
        stream.flow.beginRead()
        places[stream.request.parameters(from: stream.cursor), default: []].append(stream)
      }
      guard !places.isEmpty else {
        if group.streams.values.contains(where: \.isDue) { continue }
        group.isRunning = false
        return
      }
      var rest = Array(places)[...]
      while !rest.isEmpty {
        let batch = Array(rest.prefix(options.streamBatchSize))
        rest = rest.dropFirst(batch.count)
        await read(batch.map { ($0.key, $0.value) }, of: group)
      }
    }
  }

  /// Reads the next rows at several places by one batch of statements.
  private func read(
    _ places: [(parameters: [Parameters], streams: [Stream])],
    of group: Group
  ) async {
    let plan = group.key.plan.plan
    let watchedQuery = group.pace.isDriven ? group.key.plan.watchedQuery : nil
    var batch = QueryBatch()
    for (index, place) in places.enumerated() {
      for (number, (query, parameters)) in zip(plan.queries, place.parameters).enumerated() {
        let isFirst = index == 0 && number == 0
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
      for (index, place) in places.enumerated() {
        let streams = place.streams.filter { isCurrent($0) }
        if let snapshot = watched?.snapshot {
          for stream in streams {
            stream.passed?.read(from: stream.cursor, snapshot, at: loop.milliseconds)
          }
        }
        deliver(
          Array(results[(index * count)..<((index + 1) * count)]),
          plan,
          isEmpty: index == 0 && watched?.isEmpty == true,
          to: streams
        )
        for stream in streams { endIfLost(stream) }
      }
      // What was told a moment too early is read once more.
      if let snapshot = watched?.snapshot, !group.told.areSeen(by: snapshot) {
        follow(group.pace.changed(loop.milliseconds), group)
      }
    } catch {
      if places.count > 1, !error.isPassing {
        // A statement that fails is to be its own stream's affair.
        for place in places { await read([place], of: group) }
        return
      }
      let statement = error.statement.map { plan.queries[$0 % plan.queries.count].sql }
      let failure = HasuraError(error, statement: statement)
        .answer(.graphQL, showingInternal: group.key.showsInternal)
      for stream in places.flatMap(\.streams) where isCurrent(stream) {
        if !error.isPassing { noteFailure(of: stream, in: group) }
        // While the database is away a stream waits: it goes on where it is.
        let tells = !error.isPassing && stream.failure != failure
        stream.flow.endRead(delivers: tells, mayHaveMore: false)
        if tells {
          stream.failure = failure
          send(failure, to: stream)
        }
      }
      if error.isPassing { retry(group) }
    }
  }

  /// Whether what was read for a stream is what it asks for now; if not, it is read anew.
  private func isCurrent(_ stream: Stream) -> Bool {
    guard stream.isOutdated else { return true }
    stream.isOutdated = false
    stream.flow.endRead(delivers: false, mayHaveMore: true)
    goOn(stream)
    return false
  }

  private static let retryPause = Duration.milliseconds(250)

  /// Reads a group once more in a while: the database did not answer.
  private func retry(_ group: Group) {
    guard !group.isRetrying else { return }
    group.isRetrying = true
    let key = group.key
    loop.spawn {
      guard (try? await self.loop.sleep(for: Self.retryPause)) != nil else { return }
      await self.readAgain(key)
    }
  }

  private func readAgain(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    group.isRetrying = false
    for stream in group.streams.values { stream.flow.changed() }
    start(group)
  }

  /// Fetches rows that were committed when the stream had passed them.
  private func fetchPassedRows(of stream: Stream, in group: Group) async {
    guard groups[stream.request.group] === group, let request = stream.request.passed,
      let rows = stream.passed?.takeBatch()
    else { return }
    stream.flow.beginFetch()
    let plan = request.plan.plan.plan
    var batch = QueryBatch()
    for (query, parameters) in zip(plan.queries, request.parameters(rows)) {
      batch.append(query, parameters)
    }
    statements += batch.count
    do {
      let results = try await pool(of: plan.database).execute(
        batch,
        access: plan.read.mayWrite ? .write : .read
      )
      guard isCurrent(stream) else {
        stream.passed?.putBack(rows)
        return
      }
      // Those that a condition or a permission leaves out are none of this stream's.
      let isEmpty = plan.read.cursor(in: results) == nil
      stream.flow.endRead(delivers: !isEmpty, mayHaveMore: false)
      guard !isEmpty else { return }
      send(ResponseEncoder.encode(plan, results, size: stream.bodySize), to: stream)
      stream.passed?.found(rows)
      endIfLost(stream)
    } catch {
      guard isCurrent(stream) else {
        stream.passed?.putBack(rows)
        return
      }
      stream.flow.endRead(delivers: false, mayHaveMore: false)
      guard error.isPassing else {
        stream.unfetched.append(rows)
        noteFailure(of: stream, in: group)
        return
      }
      // Not at once: nothing is due before the database answers.
      try? await loop.sleep(for: Self.retryPause)
      stream.passed?.putBack(rows)
    }
  }

  private func deliver(
    _ results: [QueryResult],
    _ plan: Plan,
    isEmpty: Bool,
    to streams: [Stream]
  ) {
    guard !streams.isEmpty else { return }
    for stream in streams { stream.isFailed = false }
    guard !isEmpty, let cursor = plan.read.cursor(in: results) else {
      for stream in streams { stream.flow.endRead(delivers: false, mayHaveMore: false) }
      return
    }
    let body = ResponseEncoder.encode(plan, results, size: streams[0].bodySize)
    for stream in streams {
      stream.bodySize = body.count + body.count / 8
      stream.cursor = cursor
      stream.failure = nil
      stream.flow.endRead(delivers: true, mayHaveMore: true)
      send(body, to: stream)
    }
  }

  private func send(_ body: [UInt8], to stream: Stream) {
    let number = stream.number
    guard streams[number] === stream else { return }
    let desk = stream.desk
    desk.loop.execute { desk.assumeIsolated { $0.receive(body, forStream: number) } }
  }
}
