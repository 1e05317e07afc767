package import Metadata

/// How a server learns that rows have changed.
package enum ChangeSource: String, Hashable, Sendable, CaseIterable {
  /// By logical replication.
  case replication
  /// By triggers of the tables, which notify a channel.
  case triggers
  /// Not at all: what may have changed is read again at intervals.
  case polling
}

/// What of a database may be used to learn of changes.
package struct ChangeOptions: Hashable, Sendable {
  /// The best that is used where it is to be had.
  package var source = ChangeSource.polling
  /// Whether triggers are put on the tables that are read, and used, where replication is not to be had.
  package var createsTriggers = false
  /// The publication that says whose changes are told.
  package var publication = "apus"
  /// Whether the publication is made, and tables added to it that are read.
  package var managesPublication = false
  /// Milliseconds between two looks whether what is read depends on the same as before: nobody tells of
  /// another definition of a view or of tables that change places.
  package var lookInterval: UInt64 = 10_000

  package init() {}

  /// What is tried, the best first; none where all goes by the clock.
  var told: [ChangeSource] {
    switch source {
    case .replication: createsTriggers ? [.replication, .triggers] : [.replication]
    case .triggers: [.triggers]
    case .polling: []
    }
  }

  /// With what the metadata say of one source in place of what was chosen for all.
  package func merging(_ own: SourceChanges) -> Self {
    var merged = self
    if let source = own.source { merged.source = ChangeSource(source) }
    if let creates = own.createsTriggers { merged.createsTriggers = creates }
    if let publication = own.publication { merged.publication = publication }
    if let creates = own.createsPublication { merged.managesPublication = creates }
    return merged
  }
}

extension ChangeSource {
  fileprivate init(_ source: SourceChanges.Source) {
    self =
      switch source {
      case .replication: .replication
      case .triggers: .triggers
      case .polling: .polling
      }
  }
}
