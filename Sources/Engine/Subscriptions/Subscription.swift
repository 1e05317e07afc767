/// What a subscriber is told, in this order: results, and at most one end.
package enum SubscriptionEvent: Sendable {
  /// The whole body, `{"data":…}`, or `{"errors":[…]}` where the database refused to answer.
  ///
  /// One array for all who get it, whichever loop they are on.
  case result([UInt8])
  /// The request was refused; nothing follows.
  case refused(GraphQLAnswer)
  /// There is no more to come.
  case completed
}

/// One operation of a client that answers until it is cancelled.
///
/// For the thread of the loop that it was made on.
package final class Subscription: Sendable {
  private let desk: SubscriptionDesk
  private let number: Int

  init(_ desk: SubscriptionDesk, number: Int) {
    self.desk = desk
    self.number = number
  }

  /// Says that the receiver takes one more result.
  ///
  /// After a result that was not taken at once nothing comes until then: a live query keeps its newest result alone, and a
  /// stream stays where it is. The first result needs no word.
  package func resume() {
    desk.assumeIsolated { $0.resume(number) }
  }

  /// Ends the subscription; nothing is delivered from here on.
  package func cancel() {
    desk.assumeIsolated { $0.cancel(number) }
  }
}
