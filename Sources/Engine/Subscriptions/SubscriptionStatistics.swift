/// What the subscriptions of a server come to at a moment.
package struct SubscriptionStatistics: Hashable, Sendable {
  package var subscribers = 0
  /// Those of live queries that get one result each.
  package var cohorts = 0
  package var streams = 0
  /// Since the start: the SQL statements that were sent for them.
  package var statements = 0
}
