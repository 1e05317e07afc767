/// How a server learns that rows have changed.
package enum ChangeSource: String, Hashable, Sendable, CaseIterable {
  /// By logical replication.
  case replication
  /// Not at all: what may have changed is read again at intervals.
  case polling
}

/// What of the database may be used to learn of changes.
package struct ChangeOptions: Hashable, Sendable {
  /// Whether logical replication is used where it is to be had.
  package var usesReplication = false
  /// The publication that says whose changes are told.
  package var publication = "apus"
  /// Whether the publication is made, and tables added to it that are read.
  package var managesPublication = false

  package init() {}
}
