package import Catalog

/// What a relationship comes to in a database: a table and the columns that have to be equal.
package struct ResolvedRelationship: Hashable, Sendable {
  package var table: TableName
  /// In the order of the foreign key, or of the mapping.
  package var columnMapping: [Relationship.ColumnPair]
  /// The foreign key that it follows; nil for a manual one.
  package var foreignKey: Constraint?

  /// A foreign key and the table that has it.
  package struct Constraint: Hashable, Sendable {
    package var table: TableName
    package var key: ForeignKey
  }

  init(table: TableName, columnMapping: [Relationship.ColumnPair]) {
    self.table = table
    self.columnMapping = columnMapping
  }

  /// The key as its owner sees it, or, turned around, as its target does.
  init(following key: ForeignKey, of owner: TableName, isReversed: Bool) {
    table = isReversed ? owner : key.target
    columnMapping = zip(key.columns, key.targetColumns)
      .map { column, target in
        isReversed
          ? Relationship.ColumnPair(local: target, remote: column)
          : Relationship.ColumnPair(local: column, remote: target)
      }
    foreignKey = Constraint(table: owner, key: key)
  }
}

/// Why a relationship comes to nothing.
package enum RelationshipFailure: Error, Hashable, Sendable {
  case noForeignKey
  case severalForeignKeys
  /// The table whose foreign key is asked for is not in the database.
  case noTable(TableName)
  /// It leads to rows that are no table's.
  case noTableButQuery(String)

  package var message: String {
    switch self {
    case .noForeignKey: "no foreign constraint exists on the given column(s)"
    case .severalForeignKeys:
      "more than one foreign key constraint exists on the given column(s)"
    case .noTable(let table): "table \"\(table)\" does not exist in source"
    case .noTableButQuery(let query): "native query \"\(query)\" is no table"
    }
  }
}

extension Relationship.Using {
  /// Follows the relationship from its table.
  ///
  /// Whether the columns of a manual one exist is not looked at.
  package func resolved(
    from table: Table,
    in catalog: Catalog
  ) -> Result<ResolvedRelationship, RelationshipFailure> {
    switch self {
    case .manual(let remoteTable, let columnMapping, _):
      return .success(ResolvedRelationship(table: remoteTable, columnMapping: columnMapping))
    case .nativeQuery(let query, _, _): return .failure(.noTableButQuery(query))
    case .foreignKey(let columns):
      return only(table.foreignKeys.filter { $0.covers(columns) })
        .map { ResolvedRelationship(following: $0, of: table.name, isReversed: false) }
    case .foreignKeyOn(let remote, let columns):
      guard let remote = catalog.table(remote) else { return .failure(.noTable(remote)) }
      let keys = remote.foreignKeys.filter { $0.target == table.name && $0.covers(columns) }
      return only(keys)
        .map { ResolvedRelationship(following: $0, of: remote.name, isReversed: true) }
    }
  }

  private func only(_ keys: [ForeignKey]) -> Result<ForeignKey, RelationshipFailure> {
    guard let key = keys.first else { return .failure(.noForeignKey) }
    return keys.count == 1 ? .success(key) : .failure(.severalForeignKeys)
  }
}
