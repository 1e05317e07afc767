package import EventLoop

extension Engine {
  package func subscribe(
    _ request: GraphQLRequest,
    _ session: Session,
    on loop: EventLoop,
    deliver: @escaping (SubscriptionEvent) -> Void
  ) -> Subscription {
    let error = HasuraError(.notSupported, "subscriptions are not there yet")
    deliver(
      .refused(
        GraphQLAnswer(
          body: error.answer(.graphQL, showingInternal: false),
          httpStatus: error.httpStatus,
          outcome: .requestError(.operation)
        )
      )
    )
    return Subscription()
  }
}

package enum SubscriptionEvent {
  case result([UInt8])
  case refused(GraphQLAnswer)
  case completed
}

package final class Subscription {
  package func resume() {}
  package func cancel() {}
}
