package import EventLoop

extension Engine {
  /// Answers an operation of any kind with results that follow each other until it is cancelled.
  ///
  /// A query or mutation gives its one result and completes. Called on the loop's thread; the receiver
  /// is called on it too, later.
  package func subscribe(
    _ request: GraphQLRequest,
    _ session: Session,
    on loop: EventLoop,
    receiver: SubscriptionReceiver
  ) -> Subscription {
    let desk = desk(of: loop)
    let receiver = LoopBound(receiver, on: loop)
    let number = desk.assumeIsolated { $0.subscribe(request, session, receiver) }
    return Subscription(desk, number: number)
  }

  package var subscriptionOptions: SubscriptionOptions { feeds.options }

  /// How changes of rows are learnt of now, of the source `default`.
  package var changeSource: ChangeSource { feeds.source }

  /// The same of every source, in the order of the metadata.
  package var changeSources: [(name: String, source: ChangeSource)] { feeds.sources }

  package func subscriptionStatistics() async -> SubscriptionStatistics {
    var statistics = SubscriptionStatistics()
    for desk in desks { await desk.count(into: &statistics) }
    for keeper in keepers { await keeper.count(into: &statistics) }
    for keeper in streams { await keeper.count(into: &statistics) }
    return statistics
  }
}
