import Engine
import EventLoop

/// One operation under way on behalf of a client that is told its results one by one; for its loop's
/// thread only.
final class OperationRun: @unchecked Sendable {
  // Touched on the loop's thread only: by its owner, by the engine, and by a task spawned there.

  enum Event {
    /// The one answer to a query or a mutation, or the refusal of any operation; nothing follows.
    case answer(GraphQLAnswer)
    /// A result of a subscription, which many may share; the next one waits for ``resume()``, unless this
    /// one is said to have been taken.
    case result([UInt8])
    /// A subscription has ended by itself; nothing follows.
    case completed
  }

  let isSubscription: Bool
  private var task: Task<Void, Never>?
  private var subscription: Subscription?
  private var deliver: ((Event) -> Bool)?

  /// Events come on the loop's thread, and none before this returns.
  init(
    _ request: GraphQLRequest,
    _ session: Session,
    _ engine: Engine,
    on loop: EventLoop,
    deliver: @escaping (Event) -> Bool
  ) {
    self.deliver = deliver
    isSubscription = engine.isSubscription(request)
    task = loop.spawn { [self] in
      if isSubscription {
        subscribe(request, session, engine, on: loop)
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
    on loop: EventLoop
  ) {
    // Cancelled before it began.
    guard let deliver else { return }
    let subscription = engine.subscribe(request, session, on: loop) { [self] event in
      switch event {
      // Straight on: one that was cancelled gets none.
      case .result(let bytes): return deliver(.result(bytes))
      case .refused(let answer): finish(.answer(answer))
      case .completed: finish(.completed)
      }
      return false
    }
    if self.deliver == nil { subscription.cancel() } else { self.subscription = subscription }
  }

  /// Whether nothing more comes.
  var isOver: Bool { deliver == nil }

  private func finish(_ event: Event) {
    guard let deliver = deliver.take() else { return }
    task = nil
    subscription = nil
    _ = deliver(event)
  }

  /// The client has taken the last result.
  func resume() { subscription?.resume() }

  /// Nothing more is wanted: what runs is given up.
  func cancel() {
    deliver = nil
    task?.cancel()
    task = nil
    subscription?.cancel()
    subscription = nil
  }
}
