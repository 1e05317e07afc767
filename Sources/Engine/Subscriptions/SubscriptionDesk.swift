import EventLoop

/// Where the subscribers of one loop are known: what each asked for, and what it gets.
///
/// Live queries are kept by the loop that their plan's hash names, for the subscribers of all loops;
/// here arrives what it found, once for each cohort.
actor SubscriptionDesk {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let worker: Worker
  private let keepers: [LiveQueryKeeper]
  /// The streams of this loop's subscribers.
  private let streams: StreamKeeper
  private var subscribers: [Int: Subscriber] = [:]
  private var views: [CohortKey: CohortView] = [:]
  private var lastNumber = 0
  private var isClosed = false

  /// One that subscribed; belongs to the desk.
  final class Subscriber {
    // What each result needs stands together, at the beginning: it is read for one subscriber after
    // the other.
    var delivery = Delivery()
    /// The cohort as this loop has it: found once, not by its key with each result.
    var view: CohortView?
    let result: ([UInt8]) -> Bool

    let end: (SubscriptionEnd) -> Void
    let number: Int
    let request: GraphQLRequest
    let session: Session
    var cohort: CohortKey?
    var isStream = false
    /// Those that it reads, as far as it is a live query or a stream.
    var databases: Set<DatabaseID> = []
    /// Its place among the members of its cohort.
    var place = 0
    var isOver = false
    /// Runs the function behind a field written in Swift.
    var work: Task<Void, Never>?
    /// Waits in that function until one more result is taken.
    var waiter: UnsafeContinuation<Void, Never>?
    /// Whether one more result was asked for since the last one.
    var takesMore = false
    /// Whether it is being planned, and whether that has to be done once more.
    var isPlanning = false
    var needsPlan = false

    init(
      _ number: Int,
      _ request: GraphQLRequest,
      _ session: Session,
      _ receiver: SubscriptionReceiver
    ) {
      self.number = number
      self.request = request
      self.session = session
      result = receiver.result
      end = receiver.end
    }
  }

  /// A cohort as this loop has it: those of its subscribers who are here.
  final class CohortView {
    var members: [Subscriber] = []
    var newest: LiveResult?
  }

  init(_ worker: Worker, _ keepers: [LiveQueryKeeper], _ streams: StreamKeeper) {
    loop = worker.loop
    self.streams = streams
    self.worker = worker
    self.keepers = keepers
  }

  /// Adds what is known here.
  func count(into statistics: inout SubscriptionStatistics) {
    statistics.subscribers += subscribers.count
  }

  // MARK: - Subscribers

  func subscribe(
    _ request: GraphQLRequest,
    _ session: Session,
    _ receiver: LoopBound<SubscriptionReceiver>
  ) -> Int {
    lastNumber += 1
    let number = lastNumber
    var request = request
    request.allowsSubscription = true
    let subscriber = Subscriber(number, request, session, receiver.value)
    subscribers[number] = subscriber
    subscriber.isPlanning = true
    loop.spawn { await self.plan(number) }
    return number
  }

  func resume(_ number: Int) {
    guard let subscriber = subscribers[number] else { return }
    if subscriber.work != nil {
      subscriber.takesMore = true
      return release(subscriber)
    }
    if subscriber.isStream { return streams.assumeIsolated { $0.resume(number) } }
    let newest = subscriber.view?.newest
    if subscriber.delivery.resume(newest: newest?.version), let newest {
      tell(subscriber, newest)
    }
  }

  func cancel(_ number: Int) {
    guard let subscriber = subscribers.removeValue(forKey: number) else { return }
    subscriber.isOver = true
    subscriber.work?.cancel()
    release(subscriber)
    leave(subscriber)
  }

  /// Ends a stream that cannot go on.
  func refuse(_ number: Int, _ answer: GraphQLAnswer) {
    guard let subscriber = subscribers[number] else { return }
    end(subscriber, .refused(answer))
  }

  /// Takes what a stream found to its subscriber.
  func receive(_ bytes: [UInt8], forStream number: Int) {
    guard let subscriber = subscribers[number], subscriber.isStream else { return }
    if subscriber.result(bytes) { resume(number) }
  }

  /// Tells a subscriber the end, which it has not reached by itself.
  private func end(_ subscriber: Subscriber, _ reason: SubscriptionEnd) {
    guard !subscriber.isOver else { return }
    cancel(subscriber.number)
    subscriber.end(reason)
  }

  /// Ends all subscriptions without a word.
  func close() {
    isClosed = true
    for number in Array(subscribers.keys) { cancel(number) }
  }

  // MARK: - Planning

  /// Finds out what a subscriber asks for, by the current metadata.
  private func plan(_ number: Int) async {
    while let subscriber = subscribers[number] {
      subscriber.needsPlan = false
      let answer = await worker.subscription(subscriber.request, subscriber.session)
      guard !subscriber.isOver else { return }
      switch answer {
      case .live(let key): join(subscriber, key)
      case .stream(let request):
        stream(subscriber, request)
      case .native(let stream): run(stream, for: subscriber)
      case .repeated(let interval): ask(for: subscriber, every: interval)
      case .refused(let answer, let absent):
        guard !subscriber.databases.isDisjoint(with: absent) else {
          return end(subscriber, .refused(answer))
        }
        suspend(subscriber)
      case .answered(let answer):
        _ = subscriber.result(answer.body)
        return end(subscriber, .completed)
      }
      guard subscriber.needsPlan else {
        subscriber.isPlanning = false
        return
      }
    }
  }

  /// Plans all subscriptions anew: the metadata have changed.
  func snapshotChanged() {
    for subscriber in subscribers.values { subscriber.needsPlan = true }
    let numbers = subscribers.values.filter { !$0.isPlanning }.map(\.number).sorted()
    for number in numbers { subscribers[number]?.isPlanning = true }
    guard !numbers.isEmpty else { return }
    loop.spawn { for number in numbers { await self.plan(number) } }
  }

  // MARK: - Fields written in Swift

  /// Runs the function behind a field; one that runs already goes on after a change of metadata.
  private func run(_ stream: NativeStream, for subscriber: Subscriber) {
    guard subscriber.work == nil else { return }
    leave(subscriber)
    let number = subscriber.number
    let sink = NativeSink(self, number, stream.request)
    subscriber.work = loop.spawn {
      do throws(HasuraError) {
        try await stream.run(sink)
        await self.complete(number)
      } catch {
        let answer = GraphQLAnswer(
          body: error.answer(.graphQL, showingInternal: stream.showsInternal),
          httpStatus: error.httpStatus,
          outcome: .requestError(.execution)
        )
        await self.refuse(number, answer)
      }
    }
  }

  /// Has a subscription answered at intervals, and tells what is new; by the metadata of each time.
  private func ask(for subscriber: Subscriber, every milliseconds: Int) {
    guard subscriber.work == nil else { return }
    leave(subscriber)
    let (number, request, session) = (subscriber.number, subscriber.request, subscriber.session)
    let (loop, worker) = (loop, worker)
    subscriber.work = loop.spawn {
      var last: [UInt8] = []
      while !Task.isCancelled {
        let answer = await worker.answer(request, session)
        switch answer.outcome {
        case .requestError(.execution), .data: break
        default: return await self.refuse(number, answer)
        }
        if answer.body != last {
          last = answer.body
          guard await self.deliver(answer.body, to: number) else { return }
        }
        guard (try? await loop.sleep(for: .milliseconds(max(milliseconds, 1)))) != nil else {
          return
        }
      }
    }
  }

  private func complete(_ number: Int) {
    guard let subscriber = subscribers[number] else { return }
    end(subscriber, .completed)
  }

  /// Takes a result to its subscriber; returns when one more may come, false where none may.
  func deliver(_ bytes: [UInt8], to number: Int) async -> Bool {
    guard let subscriber = subscribers[number] else { return false }
    subscriber.takesMore = false
    let isTaken = subscriber.result(bytes)
    if !isTaken {
      await withUnsafeContinuation { continuation in
        if !subscriber.takesMore, subscribers[number] != nil {
          subscriber.waiter = continuation
        } else {
          continuation.resume()
        }
      }
    }
    return subscribers[number] != nil
  }

  private func release(_ subscriber: Subscriber) {
    subscriber.waiter?.resume()
    subscriber.waiter = nil
  }

  // MARK: - Cohorts

  private func join(_ subscriber: Subscriber, _ key: CohortKey) {
    guard subscriber.cohort != key else { return }
    leave(subscriber)
    subscriber.databases = key.group.plan.databases
    subscriber.cohort = key
    subscriber.delivery.changeCohort()
    let view = views[key] ?? CohortView()
    views[key] = view
    subscriber.view = view
    subscriber.place = view.members.count
    view.members.append(subscriber)
    let keeper = keeper(of: key)
    keeper.loop.execute { keeper.assumeIsolated { $0.attach(key, self) } }
  }

  private func stream(_ subscriber: Subscriber, _ request: StreamRequest) {
    leave(subscriber, forStream: true)
    subscriber.databases = request.group.plan.databases
    subscriber.isStream = true
    let number = subscriber.number
    streams.assumeIsolated { $0.add(number, request, self) }
  }

  /// Has a subscriber wait whose source could not be read when the metadata were last looked at.
  ///
  /// Its schema is not there then, and with it what the subscriber may see; when the source is back, all are
  /// planned anew.
  private func suspend(_ subscriber: Subscriber) {
    if subscriber.isStream {
      let number = subscriber.number
      streams.assumeIsolated { $0.suspend(number) }
    }
    leave(subscriber, forStream: true)
  }

  private func leave(_ subscriber: Subscriber, forStream: Bool = false) {
    if subscriber.isStream, !forStream {
      subscriber.isStream = false
      let number = subscriber.number
      streams.assumeIsolated { $0.remove(number) }
    }
    guard let key = subscriber.cohort, let view = subscriber.view else { return }
    subscriber.cohort = nil
    subscriber.view = nil
    let last = view.members.removeLast()
    if last !== subscriber {
      view.members[subscriber.place] = last
      last.place = subscriber.place
    }
    guard view.members.isEmpty else { return }
    views[key] = nil
    let keeper = keeper(of: key)
    keeper.loop.execute { keeper.assumeIsolated { $0.detach(key, self) } }
  }

  private func keeper(of key: CohortKey) -> LiveQueryKeeper {
    let hash = UInt(bitPattern: key.group.plan.hashValue)
    return keepers[Int(hash % UInt(keepers.count))]
  }

  /// Takes a result of a cohort to its members.
  func receive(_ result: LiveResult, for key: CohortKey) {
    guard let view = views[key] else { return }
    view.newest = result
    for subscriber in view.members where subscriber.view === view {
      if subscriber.delivery.offer(result.version) { tell(subscriber, result) }
    }
  }

  private func tell(_ subscriber: Subscriber, _ result: LiveResult) {
    if subscriber.result(result.bytes) { subscriber.delivery.takeMore() }
  }
}
