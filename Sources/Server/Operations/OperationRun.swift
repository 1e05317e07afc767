import Engine
import EventLoop

/// One operation under way on behalf of a client that is told its results one by one; for its loop's
/// thread only.
final class OperationRun: @unchecked Sendable {
  // Touched on the loop's thread only: by its owner, by the engine, and by a task spawned there.

  enum End {
    /// The one answer to a query or a mutation, or the refusal of any operation.
    case answer(GraphQLAnswer)
    /// A subscription has ended by itself.
    case completed
  }

  let isSubscription: Bool
  private var task: Task<Void, Never>?
  private var subscription: Subscription?
  private var end: ((End) -> Void)?

  /// Begins at once.
  ///
  /// `result` gets the results of a subscription, which many may share; the next one waits for
  /// ``resume()``, unless this one is said to have been taken. `end` is called once. Both on the loop's
  /// thread, neither before this returns nor after ``cancel()``.
  init(
    _ request: GraphQLRequest,
    _ session: Session,
    _ engine: Engine,
    on loop: EventLoop,
    result: @escaping ([UInt8]) -> Bool,
    end: @escaping (End) -> Void
  ) {
    self.end = end
    isSubscription = engine.isSubscription(request)
    let receiver = LoopBound(SubscriptionReceiver(result: result, end: ended), on: loop)
    task = loop.spawn { [self] in
      if isSubscription {
        subscribe(request, session, engine, on: loop, receiver.value)
      } else {
        let answer = await engine.graphql(request, session, on: loop)
        finish(.answer(answer))
      }
    }
  }

  private func subscribe(
    _ request: GraphQLRequest,
    _ session: Session,
    _ engine: Engine,
    on loop: EventLoop,
    _ receiver: SubscriptionReceiver
  ) {
    guard !isOver else { return }
    let subscription = engine.subscribe(request, session, on: loop, receiver: receiver)
    if isOver { subscription.cancel() } else { self.subscription = subscription }
  }

  private func ended(_ end: SubscriptionEnd) {
    switch end {
    case .refused(let answer): finish(.answer(answer))
    case .completed: finish(.completed)
    }
  }

  /// Whether nothing more comes.
  var isOver: Bool { end == nil }

  private func finish(_ reason: End) {
    guard let end = end.take() else { return }
    task = nil
    subscription = nil
    end(reason)
  }

  /// The client has taken the last result.
  func resume() { subscription?.resume() }

  /// Nothing more is wanted: what runs is given up.
  func cancel() {
    end = nil
    task?.cancel()
    task = nil
    subscription?.cancel()
    subscription = nil
  }
}
