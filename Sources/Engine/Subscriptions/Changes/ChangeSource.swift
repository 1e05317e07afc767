/// How a server learns that rows have changed.
package enum ChangeSource: String, Hashable, Sendable, CaseIterable {
  /// By logical replication.
  case replication
  /// By triggers of the tables, which notify a channel.
  case triggers
  /// Not at all: what may have changed is read again at intervals.
  case polling
}

/// What of the database may be used to learn of changes.
package struct ChangeOptions: Hashable, Sendable {
  /// Whether logical replication is used where it is to be had.
  package var usesReplication = false
  /// Whether triggers are put on the tables that are read, and used where replication is not to be had.
  package var managesTriggers = false
  /// The publication that says whose changes are told.
  package var publication = "apus"
  /// Whether the publication is made, and tables added to it that are read.
  package var managesPublication = false

  package init() {}
}
