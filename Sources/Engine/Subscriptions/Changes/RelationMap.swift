import JSON

/// Which relations' changes may change what is read from a relation.
///
/// Relations are known by PostgreSQL's numbers, under which changes are told.
struct RelationMap: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    /// All that is read where the relation is, itself among them: partitions and children, and of
    /// a view whatever its rules name.
    var reads: Set<UInt32>
    /// Whether a change of any of them is told.
    ///
    /// What a function answers is not known, nor are clocks and foreign tables.
    var isTold: Bool
    /// The number of the table itself, where its rows are told under it or its partitions.
    var table: UInt32
    /// Whether it is a table, whose inserted rows can be known by their key.
    var isTable: Bool
    /// Another one where something has changed that is not told: the definition of a view, a policy, or
    /// a partition that was emptied.
    var state: String
  }

  /// By the quoted and qualified name.
  private(set) var entries: [String: Entry] = [:]
  /// All that anything here reads.
  private(set) var known: Set<UInt32> = []
  /// Whether inserted rows are told, and not only that there are some.
  let tellsRows: Bool

  init(_ rows: [(name: String, entry: Entry)] = [], tellsRows: Bool = true) {
    self.tellsRows = tellsRows
    for row in rows {
      entries[row.name] = row.entry
      known.formUnion(row.entry.reads)
    }
  }

  /// The numbers of the tables whose changes are told.
  var toldTables: Set<UInt32> {
    Set(entries.values.lazy.filter { $0.isTable && $0.isTold }.map(\.table))
  }

  /// What statements depend on; nil where its changes are not all told.
  func watched(by reads: TableReads, in database: DatabaseID) -> WatchedRelations? {
    guard !reads.callsFunctions, !reads.relations.isEmpty else { return nil }
    var watched = WatchedRelations(database: database)
    for name in reads.relations {
      guard let entry = entries[name] else {
        // A type, or a table that was made since.
        return nil
      }
      guard entry.isTold else { return nil }
      watched.relations.formUnion(entry.reads)
      watched.states.insert(entry.state)
    }
    return watched
  }
}
