/// How subscriptions follow the database.
package struct SubscriptionOptions: Hashable, Sendable {
  /// Milliseconds between two looks at the database where changes are not told, and the most that
  /// answers may lag behind where they are told faster than they can be followed.
  package var liveInterval = 1_000
  /// How many live queries one batch of statements reads.
  package var liveBatchSize = 100
  package var streamInterval = 1_000
  package var streamBatchSize = 100
  /// Of every source whose metadata say nothing else.
  package var changes = ChangeOptions()
  /// Whether the served database is the server's own, so that it makes the publication there unasked.
  package var ownsDatabase = false

  package init() {}

  /// The shortest interval that `@refetch` may ask for.
  var shortestInterval: Int { min(100, liveInterval) }
  static let longestInterval = 86_400_000
}
