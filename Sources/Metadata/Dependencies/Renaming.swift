import Catalog
import JSON

/// New names for what a document names, all of them given at once.
///
/// Keys are names from before: a renamed column of a renamed table stands under the table's old name.
struct Renaming {
  var tables: [TableName: TableName] = [:]
  var columns: [TableName: [String: String]] = [:]
  var relationships: [TableName: [String: String]] = [:]

  var isEmpty: Bool { tables.isEmpty && columns.isEmpty && relationships.isEmpty }

  /// Renames wherever the document says one of the names, in a source as it holds in its catalog.
  func apply(to source: inout Source, catalog: Catalog) {
    let fields = FieldIndex(source, catalog: catalog)
    for index in source.tables.indices { apply(to: &source.tables[index], fields) }
    guard let queries = source.others["native_queries"]?.array else { return }
    let renamed = queries.map { entry in
      guard var query = try? NativeQuery(decoding: JSONCursor(entry)), query.hasRelationships
      else { return entry }
      let before = query
      apply(to: &query.objectRelationships, of: nil)
      apply(to: &query.arrayRelationships, of: nil)
      return query == before ? entry : query.encoded()
    }
    source.others["native_queries"] = .array(renamed)
  }

  /// Renames what relationships of any source lead to in a source.
  func apply(toRemoteRelationshipsOf metadata: inout Metadata, in source: String) {
    guard !isEmpty else { return }
    for index in metadata.sources.indices {
      for place in metadata.sources[index].tables.indices {
        metadata.sources[index].tables[place].updateRemoteRelationships { relationship in
          guard relationship.source.hasSameBytes(as: source) else { return }
          let old = relationship.table
          relationship.table = table(old)
          for pair in relationship.columnMapping.indices {
            let name = relationship.columnMapping[pair].remote
            relationship.columnMapping[pair].remote = column(name, of: old)
          }
        }
      }
    }
  }

  private func table(_ name: TableName) -> TableName { tables[name] ?? name }

  private func column(_ name: String, of table: TableName) -> String {
    columns[table]?[name] ?? name
  }

  private func columns(_ names: [String], of table: TableName) -> [String] {
    names.map { column($0, of: table) }
  }

  // MARK: - Tables

  private func apply(to tracked: inout TrackedTable, _ fields: FieldIndex) {
    let name = tracked.table
    let expression = BooleanExpression(fields: fields, root: name) { reference in
      switch reference {
      case .column(let table, let name): column(name, of: table)
      case .relationship(let table, let name): relationships[table]?[name] ?? name
      case .computedField(_, let name), .unknown(_, let name): name
      }
    } visitTable: {
      table($0)
    }
    apply(to: &tracked.insertPermissions, expression)
    apply(to: &tracked.selectPermissions, expression)
    apply(to: &tracked.updatePermissions, expression)
    apply(to: &tracked.deletePermissions, expression)
    for index in tracked.configuration.columns.indices {
      let old = tracked.configuration.columns[index].column
      tracked.configuration.columns[index].column = column(old, of: name)
    }
    if columns[name] != nil {
      let triggers = tracked.others["event_triggers"]?.array ?? []
      tracked.setEventTriggers(
        triggers.map { entry in
          guard var trigger = try? EventTrigger(decoding: JSONCursor(entry)) else { return entry }
          trigger.rename { column($0, of: name) }
          return trigger.encoded()
        }
      )
    }
    tracked.updateRemoteRelationships { relationship in
      for pair in relationship.columnMapping.indices {
        let old = relationship.columnMapping[pair].local
        relationship.columnMapping[pair].local = column(old, of: name)
      }
    }
    apply(to: &tracked.objectRelationships, of: name)
    apply(to: &tracked.arrayRelationships, of: name)
    tracked.table = table(name)
  }

  private func apply<Definition: ReferringPermission>(
    to permissions: inout [Permission<Definition>],
    _ expression: BooleanExpression
  ) {
    let table = expression.root
    for index in permissions.indices {
      let old = permissions[index].definition
      permissions[index].definition.expressions = old.expressions.map {
        expression.rewriting($0, on: table)
      }
      if let listed = old.listedColumns {
        permissions[index].definition.listedColumns = columns(listed, of: table)
      }
      permissions[index].definition.presets = JSONObject(
        old.presets.members.map { preset in
          JSONObject.Member(key: column(preset.key, of: table), value: preset.value)
        }
      )
    }
  }

  /// Renames in relationships of a table, or of a native query, whose own columns are nobody's else.
  private func apply(to list: inout [Relationship], of name: TableName?) {
    func own(_ column: String) -> String { name.map { self.column(column, of: $0) } ?? column }
    for index in list.indices {
      if let name {
        list[index].name = relationships[name]?[list[index].name] ?? list[index].name
      }
      switch list[index].using {
      case .foreignKey(let columns):
        list[index].using = .foreignKey(columns: columns.map(own))
      case .nativeQuery(let query, let mapping, let order):
        list[index].using = .nativeQuery(
          query,
          columnMapping: mapping.map { pair in
            Relationship.ColumnPair(local: own(pair.local), remote: pair.remote)
          },
          insertionOrder: order
        )
      case .foreignKeyOn(let remote, let theirs):
        list[index].using = .foreignKeyOn(
          table: table(remote),
          columns: columns(theirs, of: remote)
        )
      case .manual(let remote, let mapping, let order):
        list[index].using = .manual(
          remoteTable: table(remote),
          columnMapping: mapping.map { pair in
            Relationship.ColumnPair(
              local: own(pair.local),
              remote: column(pair.remote, of: remote)
            )
          },
          insertionOrder: order
        )
      }
    }
  }
}
