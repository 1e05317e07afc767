import EventLoop
import PostgresClient
import SQLCompiler

/// Keeps the streams of one loop's subscribers: reads on from the cursor of each.
///
/// Streams that stand at the same place of the same rows are read together.
actor StreamKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let pool: PostgresPool
  private let options: SubscriptionOptions
  private var groups: [LiveGroupKey: Group] = [:]
  private var streams: [Int: Stream] = [:]
  /// What depends on what; nil while changes are not told.
  private var map: RelationMap?
  private var statements = 0

  /// The streams of one plan at one pace.
  private final class Group {
    let key: LiveGroupKey
    var pace: RefreshPace
    var streams: [Int: Stream] = [:]
    var timer: LoopTimer?
    var isRunning = false
    /// The relations whose changes concern it; nil where they are not all told.
    var watched: Set<UInt32>?
    var told = ToldTransactions()

    init(_ key: LiveGroupKey, pace: RefreshPace) {
      self.key = key
      self.pace = pace
    }
  }

  private final class Stream {
    let number: Int
    let desk: SubscriptionDesk
    var request: StreamRequest
    /// Of the last row that was delivered; nil before the first.
    var cursor: [UInt8]?
    var flow = StreamFlow()
    /// What was delivered last, if that was an error.
    var failure: [UInt8]?
    var bodySize = 1024

    init(_ number: Int, _ request: StreamRequest, _ desk: SubscriptionDesk) {
      self.number = number
      self.request = request
      self.desk = desk
    }
  }

  init(_ pool: PostgresPool, _ options: SubscriptionOptions) {
    loop = pool.loop
    self.pool = pool
    self.options = options
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
    if stream.request == request, streams[number] != nil { return }
    leaveGroup(stream)
    stream.request = request
    stream.flow.changed()
    streams[number] = stream
    let group = groups[request.group] ?? makeGroup(request.group)
    group.streams[number] = stream
    start(group)
  }

  func remove(_ number: Int) {
    guard let stream = streams.removeValue(forKey: number) else { return }
    leaveGroup(stream)
  }

  func resume(_ number: Int) {
    guard let stream = streams[number] else { return }
    stream.flow.resume()
    if stream.flow.isDue, let group = groups[stream.request.group] { start(group) }
  }

  func close() {
    for group in groups.values { group.timer?.close() }
    groups = [:]
    streams = [:]
  }

  private func makeGroup(_ key: LiveGroupKey) -> Group {
    let interval = key.interval ?? options.streamInterval
    let watched = map?.watched(by: key.plan.reads)
    let group = Group(
      key,
      pace: RefreshPace(interval: UInt64(max(interval, 1)), isDriven: watched != nil)
    )
    group.watched = watched
    groups[key] = group
    // The first look is the subscriber's own; the pace is that of the looks that follow.
    group.pace.started(loop.now)
    follow(group.pace.finished(loop.now), group)
    return group
  }

  private func leaveGroup(_ stream: Stream) {
    guard let group = groups[stream.request.group] else { return }
    group.streams[stream.number] = nil
    guard group.streams.isEmpty else { return }
    group.timer?.close()
    groups[group.key] = nil
  }

  // MARK: - Changes

  private func adopt(_ map: RelationMap?) {
    self.map = map
    for group in groups.values {
      group.watched = map?.watched(by: group.key.plan.reads)
      follow(group.pace.drive(group.watched != nil, loop.now), group)
    }
  }

  private func note(_ changes: [CommittedChange]) {
    for change in changes {
      for group in groups.values
      where group.watched?.isDisjoint(with: change.relations) == false {
        group.told.add(change.transaction)
        follow(group.pace.changed(loop.now), group)
      }
    }
  }

  // MARK: - Reading

  private func follow(_ action: RefreshPace.Action, _ group: Group) {
    switch action {
    case .none: break
    case .refresh:
      group.pace.started(loop.now)
      for stream in group.streams.values { stream.flow.changed() }
      start(group)
      follow(group.pace.finished(loop.now), group)
    case .wait(let time):
      let timer = group.timer ?? LoopTimer(on: loop)
      group.timer = timer
      let key = group.key
      timer.start(afterMilliseconds: time > loop.now ? time - loop.now : 0) {
        self.assumeIsolated { $0.ring(key) }
      }
    }
  }

  private func ring(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    follow(group.pace.elapsed(loop.now), group)
  }

  private func start(_ group: Group) {
    guard !group.isRunning, group.streams.values.contains(where: \.flow.isDue) else { return }
    group.isRunning = true
    let key = group.key
    loop.spawn { await self.run(key) }
  }

  private func run(_ key: LiveGroupKey) async {
    while let group = groups[key] {
      var places: [[Parameters]: [Stream]] = [:]
      for stream in group.streams.values where stream.flow.isDue {
        stream.flow.beginRead()
        places[stream.request.parameters(from: stream.cursor), default: []].append(stream)
      }
      guard !places.isEmpty else {
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
      let results = try await pool.execute(batch, access: plan.read.mayWrite ? .write : .read)
      let watched = watchedQuery == nil ? nil : results.first.map { WatchedResult($0) }
      let count = plan.queries.count
      for (index, place) in places.enumerated() {
        deliver(
          Array(results[(index * count)..<((index + 1) * count)]),
          plan,
          isEmpty: index == 0 && watched?.isEmpty == true,
          to: place.streams
        )
      }
      // What was told a moment too early is read once more.
      if let snapshot = watched?.snapshot, !group.told.areSeen(by: snapshot) {
        follow(group.pace.changed(loop.now), group)
      }
    } catch {
      if places.count > 1, error.kind == .server {
        // A statement that fails is to be its own stream's affair.
        for place in places { await read([place], of: group) }
        return
      }
      let statement = error.statement.map { plan.queries[$0 % plan.queries.count].sql }
      let failure = HasuraError(error, statement: statement)
        .answer(.graphQL, showingInternal: group.key.showsInternal)
      for stream in places.flatMap(\.streams) {
        // While the database is away a stream waits: it goes on where it is.
        let tells = error.kind == .server && stream.failure != failure
        stream.flow.endRead(delivers: tells, mayHaveMore: error.kind != .server)
        if error.kind != .server { pause(stream) }
        if tells {
          stream.failure = failure
          send(failure, to: stream)
        }
      }
    }
  }

  /// Keeps a stream from being read before the next look.
  private func pause(_ stream: Stream) {
    stream.flow.beginRead()
    stream.flow.endRead(delivers: false, mayHaveMore: false)
  }

  private func deliver(
    _ results: [QueryResult],
    _ plan: Plan,
    isEmpty: Bool,
    to streams: [Stream]
  ) {
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

extension StreamKeeper: ChangeListener {
  nonisolated func follow(_ map: RelationMap?) {
    loop.execute { self.assumeIsolated { $0.adopt(map) } }
  }

  nonisolated func changed(_ changes: [CommittedChange]) {
    loop.execute { self.assumeIsolated { $0.note(changes) } }
  }
}
