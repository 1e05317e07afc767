import Catalog
import JSON

/// What depends on what within a source that holds in its database.
struct Dependencies {
  private let source: Source
  private let catalog: Catalog
  private let fields: FieldIndex
  private(set) var list: [Entry] = []

  struct Entry {
    var dependent: SchemaObject
    var objects: Set<SchemaObject>
    /// Those of them whose types matter too: columns that are compared with something.
    var typedColumns: Set<SchemaObject> = []
  }

  init(_ source: Source, catalog: Catalog) {
    self.source = source
    self.catalog = catalog
    fields = FieldIndex(source, catalog: catalog)
    for tracked in source.tables {
      addRelationships(tracked)
      addPermissions(tracked)
      addComputedFields(tracked)
      addRemoteRelationships(tracked)
      for trigger in tracked.eventTriggers {
        let columns = trigger.namedColumns.map { SchemaObject.column(tracked.table, $0) }
        list.append(
          Entry(
            dependent: .eventTrigger(tracked.table, trigger.name),
            objects: Set(columns).union([.table(tracked.table)])
          )
        )
      }
    }
    for function in source.functions {
      guard let table = returnedTable(function.function) else { continue }
      list.append(Entry(dependent: .function(function.function), objects: [.table(table)]))
    }
    for query in source.nativeQueries where query.hasRelationships { addRelationships(query) }
  }

  /// What depends on an object; on a table also what depends on anything of it.
  ///
  /// A native query takes along what leads to it.
  func dependents(of object: SchemaObject) -> [SchemaObject] {
    var found = direct(object)
    var next = 0
    while next < found.count {
      if case .nativeQuery = found[next] {
        found += direct(found[next]).filter { !found.contains($0) && $0 != object }
      }
      next += 1
    }
    return found
  }

  private func direct(_ object: SchemaObject) -> [SchemaObject] {
    list.filter { entry in
      entry.dependent != object && entry.objects.contains { Dependencies.includes(object, $0) }
    }
    .map(\.dependent)
  }

  /// What a column's type matters to.
  func typeDependents(of column: SchemaObject) -> [SchemaObject] {
    list.filter { $0.typedColumns.contains(column) }.map(\.dependent)
  }

  private static func includes(_ object: SchemaObject, _ part: SchemaObject) -> Bool {
    if case .table(let table) = object { return part.table == table }
    return object == part
  }

  private mutating func addRelationships(_ tracked: TrackedTable) {
    guard let table = catalog.table(tracked.table) else { return }
    for relationship in tracked.objectRelationships + tracked.arrayRelationships {
      if case .nativeQuery(let query, let mapping, _) = relationship.using {
        let columns = mapping.map { SchemaObject.column(table.name, $0.local) }
        list.append(
          Entry(
            dependent: .relationship(table.name, relationship.name),
            objects: Set(columns).union([.nativeQuery(query)])
          )
        )
        continue
      }
      guard case .success(let resolved) = relationship.using.resolved(from: table, in: catalog)
      else { continue }
      var objects: Set<SchemaObject> = [.table(resolved.table)]
      switch relationship.using {
      case .foreignKey(let columns):
        for column in columns { objects.insert(.column(table.name, column)) }
      case .foreignKeyOn(let remote, let columns):
        for column in columns { objects.insert(.column(remote, column)) }
      case .manual, .nativeQuery:
        for pair in resolved.columnMapping {
          objects.insert(.column(table.name, pair.local))
          objects.insert(.column(resolved.table, pair.remote))
        }
      }
      if let constraint = resolved.foreignKey {
        objects.insert(.foreignKey(constraint.table, constraint.key.name))
      }
      list.append(
        Entry(dependent: .relationship(table.name, relationship.name), objects: objects)
      )
    }
  }

  private mutating func addRelationships(_ query: NativeQuery) {
    var objects: Set<SchemaObject> = []
    for relationship in query.objectRelationships + query.arrayRelationships {
      switch relationship.using {
      case .manual(let table, let mapping, _):
        objects.insert(.table(table))
        for pair in mapping { objects.insert(.column(table, pair.remote)) }
      case .nativeQuery(let other, _, _): objects.insert(.nativeQuery(other))
      case .foreignKey, .foreignKeyOn: break
      }
    }
    list.append(Entry(dependent: .nativeQuery(query.rootField), objects: objects))
  }

  /// What they lead to in other sources is no part of this one.
  private mutating func addRemoteRelationships(_ tracked: TrackedTable) {
    for relationship in tracked.remoteRelationships {
      let locals = relationship.columnMapping.map { SchemaObject.column(tracked.table, $0.local) }
      var objects = Set(locals)
      if relationship.source.hasSameBytes(as: source.name) {
        objects.insert(.table(relationship.table))
        for pair in relationship.columnMapping {
          objects.insert(.column(relationship.table, pair.remote))
        }
      }
      list.append(
        Entry(dependent: .remoteRelationship(tracked.table, relationship.name), objects: objects)
      )
    }
  }

  private mutating func addPermissions(_ tracked: TrackedTable) {
    for permission in tracked.insertPermissions { add(permission, .insert, tracked.table) }
    for permission in tracked.selectPermissions { add(permission, .select, tracked.table) }
    for permission in tracked.updatePermissions { add(permission, .update, tracked.table) }
    for permission in tracked.deletePermissions { add(permission, .delete, tracked.table) }
  }

  private mutating func add<Definition: ReferringPermission>(
    _ permission: Permission<Definition>,
    _ kind: MetadataObject.PermissionKind,
    _ table: TableName
  ) {
    let definition = permission.definition
    var objects: Set<SchemaObject> = [.table(table)]
    var typed: Set<SchemaObject> = []
    for column in (definition.listedColumns ?? []) + definition.presets.keys {
      objects.insert(.column(table, column))
    }
    for name in definition.listedComputedFields { objects.insert(.computedField(table, name)) }
    let expression = BooleanExpression(fields: fields, root: table) { reference in
      switch reference {
      case .column(let table, let name):
        objects.insert(.column(table, name))
        typed.insert(.column(table, name))
        return name
      case .relationship(let table, let name):
        objects.insert(.relationship(table, name))
        return name
      case .computedField(let table, let name):
        objects.insert(.computedField(table, name))
        return name
      case .unknown(_, let name): return name
      }
    } visitTable: { table in
      objects.insert(.table(table))
      return table
    }
    for value in definition.expressions { _ = expression.rewriting(value, on: table) }
    list.append(
      Entry(
        dependent: .permission(table, kind, role: permission.role),
        objects: objects,
        typedColumns: typed
      )
    )
  }

  private mutating func addComputedFields(_ tracked: TrackedTable) {
    for field in tracked.computedFields {
      var objects: Set<SchemaObject> = [.table(tracked.table), .function(field.function)]
      if let table = returnedTable(field.function) { objects.insert(.table(table)) }
      list.append(Entry(dependent: .computedField(tracked.table, field.name), objects: objects))
    }
  }

  /// The table whose rows a function returns.
  private func returnedTable(_ name: FunctionName) -> TableName? {
    catalog.functions(name).first.flatMap { catalog.returnedTable(of: $0) }
  }
}
