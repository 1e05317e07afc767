/// Why a subscriber gets no more results.
package enum SubscriptionEnd: Sendable {
  /// The request was refused.
  case refused(GraphQLAnswer)
  /// There is no more to come.
  case completed
}

/// What a subscription is received by, on the loop's thread.
package struct SubscriptionReceiver {
  // Functions of their own, not one of an enumeration: results come by the thousand, and each function
  // that stands between the cohort and the socket is one more piece of memory that nobody has touched
  // lately.

  /// Takes the whole body, `{"data":…}`, or `{"errors":[…]}` where the database refused to answer: one
  /// array for all who get it, whichever loop they are on.
  ///
  /// Says whether another one may come at once; if not, that waits for ``Subscription/resume()``.
  let result: ([UInt8]) -> Bool
  /// Takes the end, at most once and after all results.
  let end: (SubscriptionEnd) -> Void

  package init(
    result: @escaping ([UInt8]) -> Bool,
    end: @escaping (SubscriptionEnd) -> Void
  ) {
    self.result = result
    self.end = end
  }
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
