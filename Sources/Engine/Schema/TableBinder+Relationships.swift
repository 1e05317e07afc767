import Catalog
import JSON
import Metadata
import SQLCompiler

// Relationships, which lead to other tables of the source.
extension TableBinder {
  mutating func bindRelationships(
    of index: Int,
    _ tracked: TrackedTable,
    _ table: Table
  ) {
    let all =
      tracked.objectRelationships.map { ($0, BoundRelationship.Kind.object) }
      + tracked.arrayRelationships.map { ($0, BoundRelationship.Kind.array) }
    for (relationship, kind) in all where relationship.name.isGraphQLName {
      if case .nativeQuery(let query, let mapping, _) = relationship.using {
        bind(relationship.name, kind, of: index, toQuery: query, mapping)
        continue
      }
      switch relationship.using.resolved(from: table, in: catalog) {
      case .failure(let failure): report(relationship, of: table, failure.message)
      case .success(let resolved):
        guard let target = indices[resolved.table] else {
          reportUntracked(relationship, of: table, resolved.table)
          continue
        }
        guard let bound = bound(relationship, kind, resolved, index, target) else {
          report(relationship, of: table, "a column of its mapping does not exist")
          continue
        }
        tables[index].bound.relationships.append(bound)
      }
    }
  }

  /// Adds a relationship to the rows of a native query, where the role sees any of them.
  private mutating func bind(
    _ name: String,
    _ kind: BoundRelationship.Kind,
    of index: Int,
    toQuery root: String,
    _ mapping: [Relationship.ColumnPair]
  ) {
    guard let query = queries.first(where: { $0.rootField == root }),
      let (bound, arguments) = bind(query, isMatched: true), let target = bound.table,
      let pairs = mapping.bound(from: tables[index].bound, to: tables[target].bound)
    else { return }
    tables[index].bound.relationships.append(
      BoundRelationship(
        name: name,
        kind: kind,
        target: target,
        columns: pairs,
        isNullable: true,
        targetIsUnique: false,
        query: tables[index].bound.queries.count
      )
    )
    tables[index].bound.queries.append(bound)
    tables[index].queryArguments.append(arguments)
  }

  /// Nil where one of the columns does not exist.
  private func bound(
    _ relationship: Relationship,
    _ kind: BoundRelationship.Kind,
    _ resolved: ResolvedRelationship,
    _ local: Int,
    _ target: Int
  ) -> BoundRelationship? {
    let locals = tables[local].bound.columns
    let remotes = tables[target].bound.columns
    guard
      let pairs = resolved.columnMapping.bound(from: tables[local].bound, to: tables[target].bound)
    else { return nil }
    let followsOwnKey = kind == .object && relationship.using.isOwnForeignKey
    let keys = catalog.table(resolved.table)?.totalKeys ?? []
    return BoundRelationship(
      name: relationship.name,
      kind: kind,
      target: target,
      columns: pairs,
      // Whoever may not see all rows of the other table may miss the one that is there.
      isNullable: !followsOwnKey || !tables[target].showsAllRows
        || pairs.contains { locals[$0.local].isNullable },
      targetIsUnique: followsOwnKey
        || keys.contains { key in
          key.columns.allSatisfy { column in
            pairs.contains { remotes[$0.remote].name.hasSameBytes(as: column) }
          }
        },
      isInsertedAfter: kind == .object && relationship.using.insertsAfter
    )
  }

  private mutating func report(_ relationship: Relationship, of table: Table, _ reason: String) {
    report(
      table.name,
      .relationship(relationship.name),
      "Inconsistent object: in table \(table.name.quoted): in relationship "
        + "\"\(relationship.name)\": \(reason)"
    )
  }

  /// For the administrator alone: other roles do not see every table that is tracked.
  private mutating func reportUntracked(
    _ relationship: Relationship,
    of table: Table,
    _ target: TableName
  ) {
    guard role == "admin", !source.tables.contains(where: { $0.table == target }) else { return }
    report(relationship, of: table, "table \(target.quoted) is not tracked")
  }
}

extension Relationship.Using {
  /// Whether it follows a foreign key of its own table.
  fileprivate var isOwnForeignKey: Bool {
    if case .foreignKey = self { true } else { false }
  }

  /// Whether the other row depends on the one that has the relationship.
  fileprivate var insertsAfter: Bool {
    switch self {
    case .foreignKey: false
    case .foreignKeyOn: true
    case .manual(_, _, let order), .nativeQuery(_, _, let order): order == .afterParent
    }
  }
}

extension [Relationship.ColumnPair] {
  /// The places of the columns in two tables; nil where one of them does not exist, or there are none.
  func bound(from local: BoundTable, to remote: BoundTable) -> [BoundRelationship.ColumnPair]? {
    var pairs: [BoundRelationship.ColumnPair] = []
    for pair in self {
      guard let own = local.columns.firstIndex(where: { $0.name.hasSameBytes(as: pair.local) }),
        let other = remote.columns.firstIndex(where: { $0.name.hasSameBytes(as: pair.remote) })
      else { return nil }
      pairs.append(BoundRelationship.ColumnPair(local: own, remote: other))
    }
    return pairs.isEmpty ? nil : pairs
  }
}
