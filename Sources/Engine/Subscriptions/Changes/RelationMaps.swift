/// What depends on what in each database whose changes are told; a keeper's own.
struct RelationMaps {
  private let databases: SourceDatabases
  private var maps: [DatabaseID: RelationMap] = [:]

  init(_ databases: SourceDatabases) {
    self.databases = databases
  }

  subscript(database: DatabaseID) -> RelationMap? {
    get { maps[database] }
    set { maps[database] = newValue }
  }

  /// What a plan depends on, of each of its parts; nil where changes are not all told.
  func watched(by plan: LivePlan) -> [WatchedRelations]? {
    var all: [WatchedRelations] = []
    for part in plan.parts {
      // Databases at the same place have one feed.
      let home = databases.home(of: part.database)
      guard let watched = maps[home]?.watched(by: part.reads, in: home) else { return nil }
      all.append(watched)
    }
    return all
  }
}

/// The relations of a database, by PostgreSQL's numbers, whose changes concern somebody.
struct WatchedRelations: Hashable, Sendable {
  let database: DatabaseID
  var relations: Set<UInt32> = []
  /// What they are made of: where that is another, what was read of them may be old.
  var states: Set<String> = []

  var each: [WatchedRelation] {
    relations.map { WatchedRelation(database: database, relation: $0) }
  }
}

/// One of them.
struct WatchedRelation: Hashable, Sendable {
  let database: DatabaseID
  let relation: UInt32
}
