import Catalog
import JSON

extension Source {
  /// Renames a relationship, and in every permission that follows it.
  mutating func rename(
    relationship name: String,
    of table: TableName,
    to newName: String,
    catalog: Catalog
  ) {
    let fields = FieldIndex(self, catalog: catalog)
    update(table) { table in table.updateRelationship(named: name) { $0.name = newName } }
    rewritePermissions(fields) { reference in
      if case .relationship(table, let found) = reference, found.hasSameBytes(as: name) {
        return newName
      }
      return reference.name
    }
  }

  /// Renames a column wherever the document names it.
  mutating func rename(
    column name: String,
    of renamed: TableName,
    to newName: String,
    catalog: Catalog
  ) {
    let fields = FieldIndex(self, catalog: catalog)
    for index in tables.indices {
      tables[index].renameRelationshipColumns(name, of: renamed, to: newName, catalog: catalog)
    }
    update(renamed) { table in
      for index in table.configuration.columns.indices
      where table.configuration.columns[index].column.hasSameBytes(as: name) {
        table.configuration.columns[index].column = newName
      }
      table.insertPermissions.renameColumn(name, to: newName)
      table.selectPermissions.renameColumn(name, to: newName)
      table.updatePermissions.renameColumn(name, to: newName)
    }
    rewritePermissions(fields) { reference in
      if case .column(renamed, let found) = reference, found.hasSameBytes(as: name) {
        return newName
      }
      return reference.name
    }
  }

  /// Renames a table wherever the document names it.
  mutating func rename(table: TableName, to newName: TableName, catalog: Catalog) {
    let fields = FieldIndex(self, catalog: catalog)
    rewritePermissions(fields, visitTable: { $0 == table ? newName : $0 }, visit: \.name)
    for index in tables.indices {
      tables[index].objectRelationships.renameTable(table, to: newName)
      tables[index].arrayRelationships.renameTable(table, to: newName)
    }
    update(table) { $0.table = newName }
  }

  private mutating func rewritePermissions(
    _ fields: FieldIndex,
    visitTable: @escaping (TableName) -> TableName = { $0 },
    visit: @escaping (BooleanExpression.Reference) -> String
  ) {
    for index in tables.indices {
      let expression = BooleanExpression(
        fields: fields,
        root: tables[index].table,
        visit: visit,
        visitTable: visitTable
      )
      tables[index].insertPermissions.rewrite(expression)
      tables[index].selectPermissions.rewrite(expression)
      tables[index].updatePermissions.rewrite(expression)
      tables[index].deletePermissions.rewrite(expression)
    }
  }
}

extension BooleanExpression.Reference {
  var name: String {
    switch self {
    case .column(_, let name), .relationship(_, let name), .computedField(_, let name),
      .unknown(_, let name):
      name
    }
  }
}

extension Array {
  fileprivate mutating func rewrite<Definition: ReferringPermission>(
    _ expression: BooleanExpression
  ) where Element == Permission<Definition> {
    for index in indices {
      let expressions = self[index].definition.expressions
      self[index].definition.expressions = expressions.map {
        expression.rewriting($0, on: expression.root)
      }
    }
  }

  fileprivate mutating func renameColumn<Definition: ReferringPermission>(
    _ name: String,
    to newName: String
  ) where Element == Permission<Definition> {
    for index in indices {
      if let columns = self[index].definition.listedColumns {
        self[index].definition.listedColumns = columns.replacing(name, with: newName)
      }
      let presets = self[index].definition.presets.members.map { member in
        member.key.hasSameBytes(as: name)
          ? JSONObject.Member(key: newName, value: member.value) : member
      }
      self[index].definition.presets = JSONObject(presets)
    }
  }
}

extension [String] {
  fileprivate func replacing(_ name: String, with newName: String) -> [String] {
    map { $0.hasSameBytes(as: name) ? newName : $0 }
  }
}

extension [Relationship] {
  fileprivate mutating func renameTable(_ table: TableName, to newName: TableName) {
    for index in indices {
      switch self[index].using {
      case .foreignKeyOn(table, let columns):
        self[index].using = .foreignKeyOn(table: newName, columns: columns)
      case .manual(table, let mapping, let order):
        self[index].using = .manual(
          remoteTable: newName,
          columnMapping: mapping,
          insertionOrder: order
        )
      default: break
      }
    }
  }
}

extension TrackedTable {
  fileprivate mutating func renameRelationshipColumns(
    _ name: String,
    of renamed: TableName,
    to newName: String,
    catalog: Catalog
  ) {
    let local = table == renamed
    let rename: (inout Relationship) -> Void = { relationship in
      switch relationship.using {
      case .foreignKey(let columns) where local:
        relationship.using = .foreignKey(columns: columns.replacing(name, with: newName))
      case .foreignKeyOn(renamed, let columns):
        relationship.using = .foreignKeyOn(
          table: renamed,
          columns: columns.replacing(name, with: newName)
        )
      case .manual(let remote, let mapping, let order):
        let mapping = mapping.map { pair in
          Relationship.ColumnPair(
            local: local && pair.local.hasSameBytes(as: name) ? newName : pair.local,
            remote: remote == renamed && pair.remote.hasSameBytes(as: name)
              ? newName : pair.remote
          )
        }
        relationship.using = .manual(
          remoteTable: remote,
          columnMapping: mapping,
          insertionOrder: order
        )
      default: break
      }
    }
    for index in objectRelationships.indices { rename(&objectRelationships[index]) }
    for index in arrayRelationships.indices { rename(&arrayRelationships[index]) }
  }
}
