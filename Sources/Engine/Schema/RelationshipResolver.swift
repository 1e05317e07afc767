import Catalog
import JSON
import Metadata
import SQLCompiler

/// Finds the other table of a relationship and the pairs of columns that are equal.
struct RelationshipResolver {
  let catalog: Catalog

  struct Resolved {
    var target: Table
    var columns: [BoundRelationship.ColumnPair]
    /// Whether it follows a foreign key of the table itself, so that there is exactly one other row
    /// wherever no column is null.
    var isForwardKey: Bool
  }

  /// Nil where a table, column or foreign key that it needs is not there.
  func resolve(
    _ relationship: Relationship,
    _ kind: BoundRelationship.Kind,
    of table: Table
  ) -> Resolved? {
    switch relationship.using {
    case .foreignKey(let columns):
      guard
        let key = table.foreignKeys.first(where: { $0.covers(columns) }),
        let target = catalog.table(key.target),
        let pairs = pairs(key.columns, of: table, key.targetColumns, of: target)
      else { return nil }
      return Resolved(target: target, columns: pairs, isForwardKey: kind == .object)
    case .foreignKeyOn(let name, let columns):
      guard
        let target = catalog.table(name),
        let key = target.foreignKeys.first(where: {
          $0.target == table.name && $0.covers(columns)
        }),
        let pairs = pairs(key.targetColumns, of: table, key.columns, of: target)
      else { return nil }
      return Resolved(target: target, columns: pairs, isForwardKey: false)
    case .manual(let name, let mapping, _):
      guard
        let target = catalog.table(name),
        let pairs = pairs(mapping.map(\.local), of: table, mapping.map(\.remote), of: target)
      else { return nil }
      return Resolved(target: target, columns: pairs, isForwardKey: false)
    }
  }

  private func pairs(
    _ locals: [String],
    of table: Table,
    _ remotes: [String],
    of target: Table
  ) -> [BoundRelationship.ColumnPair]? {
    guard !locals.isEmpty, locals.count == remotes.count else { return nil }
    var pairs: [BoundRelationship.ColumnPair] = []
    for (local, remote) in zip(locals, remotes) {
      guard
        let localIndex = index(of: local, in: table),
        let remoteIndex = index(of: remote, in: target)
      else { return nil }
      pairs.append(BoundRelationship.ColumnPair(local: localIndex, remote: remoteIndex))
    }
    return pairs
  }

  private func index(of column: String, in table: Table) -> Int? {
    table.columns.firstIndex { $0.name.hasSameBytes(as: column) }
  }

  /// Why a relationship does not resolve, in Hasura's words.
  func reason(_ relationship: Relationship, of table: Table) -> String {
    let place =
      "Inconsistent object: in table \(table.name.quoted): in relationship "
      + "\"\(relationship.name)\": "
    switch relationship.using {
    case .foreignKey(let columns):
      return place + missingKey(columns, table)
    case .foreignKeyOn(let name, let columns):
      guard let target = catalog.table(name) else {
        return place + "table \(name.quoted) does not exist in source"
      }
      return place + missingKey(columns, target)
    case .manual(let name, let mapping, _):
      guard let target = catalog.table(name) else {
        return place + "table \(name.quoted) does not exist in source"
      }
      if let column = mapping.first(where: { table.column(named: $0.local) == nil }) {
        return place + "column \"\(column.local)\" does not exist in table \(table.name.quoted)"
      }
      let column = mapping.first { target.column(named: $0.remote) == nil }
      return place
        + "column \"\(column?.remote ?? "")\" does not exist in table \(target.name.quoted)"
    }
  }

  private func missingKey(_ columns: [String], _ table: Table) -> String {
    if let column = columns.first(where: { table.column(named: $0) == nil }) {
      return "column \"\(column)\" does not exist in table \(table.name.quoted)"
    }
    return "no foreign constraint exists on the given column(s)"
  }
}
