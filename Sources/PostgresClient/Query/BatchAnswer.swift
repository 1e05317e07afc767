/// What the server answered to a batch, and how long it took.
package struct BatchAnswer: Sendable {
  /// Of each statement.
  package var results: [QueryResult]
  /// From the moment that the connection had nothing else to do to the whole answer.
  ///
  /// Waiting for a connection, or behind others on it, does not count.
  package var serviceTime: Duration
}
