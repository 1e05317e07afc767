/// What is to be logged of a feed of changes.
package enum ChangeFeedEvent: Hashable, Sendable {
  /// By replication or by triggers.
  case started(ChangeSource)
  /// Changes are not told here, and why.
  case unavailable(String)
  /// It has ended and is tried again.
  case lost(String)
}

/// The same with the sources of the database.
package struct ChangeFeedReport: Hashable, Sendable {
  /// By name; none for the served database.
  package var sources: [String]
  package var event: ChangeFeedEvent
}
