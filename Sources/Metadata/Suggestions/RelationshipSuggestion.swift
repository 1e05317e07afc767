package import Catalog
package import JSON

/// A relationship that a foreign key between two tracked tables makes possible.
package struct RelationshipSuggestion: Hashable, Sendable {
  package let kind: Relationship.Kind
  package let table: TableName
  package let columns: [String]
  package let target: TableName
  package let targetColumns: [String]
  package let constraint: String
  /// Whether the foreign key is one of the table, and not of the target.
  package let isForward: Bool

  /// The suggestions of a source, both ways for each foreign key, by table.
  ///
  /// The way back is to one row where the columns of the key are unique.
  package static func all(in source: Source, catalog: Catalog) -> [RelationshipSuggestion] {
    let tracked = Set(source.tables.map(\.table))
    var suggestions: [RelationshipSuggestion] = []
    for table in catalog.tables where tracked.contains(table.name) {
      for key in table.foreignKeys where tracked.contains(key.target) {
        suggestions.append(RelationshipSuggestion(forward: key, of: table))
        suggestions.append(RelationshipSuggestion(backward: key, of: table))
      }
    }
    return suggestions.sorted {
      ($0.table, $0.isForward ? 0 : 1, $0.target) < ($1.table, $1.isForward ? 0 : 1, $1.target)
    }
  }

  private init(forward key: ForeignKey, of table: Table) {
    kind = .object
    self.table = table.name
    columns = key.columns
    target = key.target
    targetColumns = key.targetColumns
    constraint = key.name
    isForward = true
  }

  private init(backward key: ForeignKey, of table: Table) {
    kind = table.hasKey(over: key.columns) ? .object : .array
    self.table = key.target
    columns = key.targetColumns
    target = table.name
    targetColumns = key.columns
    constraint = key.name
    isForward = false
  }

  /// How the document would say it.
  package var using: Relationship.Using {
    isForward
      ? .foreignKey(columns: columns) : .foreignKeyOn(table: target, columns: targetColumns)
  }

  /// Whether a relationship of the table leads there already.
  package func isTracked(in source: Source, catalog: Catalog) -> Bool {
    guard let tracked = source.table(table), let table = catalog.table(table) else { return false }
    let relationships =
      kind == .object ? tracked.objectRelationships : tracked.arrayRelationships
    let pairs = Set(
      zip(columns, targetColumns).map { Relationship.ColumnPair(local: $0, remote: $1) }
    )
    return relationships.contains { relationship in
      guard case .success(let resolved) = relationship.using.resolved(from: table, in: catalog)
      else { return false }
      return resolved.table == target && Set(resolved.columnMapping) == pairs
    }
  }

  package func encoded() -> JSONValue {
    let from = side(table, columns, hasConstraint: isForward)
    let to = side(target, targetColumns, hasConstraint: !isForward)
    return ["type": .string(kind.rawValue), "from": from, "to": to]
  }

  private func side(_ table: TableName, _ columns: [String], hasConstraint: Bool) -> JSONValue {
    var object = JSONObject()
    object.append("table", table.encoded())
    object.append("columns", .array(columns.map { .string($0) }))
    if hasConstraint { object.append("constraint_name", .string(constraint)) }
    return .object(object)
  }
}
