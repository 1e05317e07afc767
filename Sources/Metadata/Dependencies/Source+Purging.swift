import Catalog
import JSON

extension Source {
  /// Takes an object out of the document; columns and foreign keys are none of it.
  mutating func purge(_ object: SchemaObject) {
    switch object {
    case .table(let name): tables.removeAll { $0.table == name }
    case .column, .foreignKey: break
    case .relationship(let table, let name):
      update(table) { table in
        table.objectRelationships.removeAll { $0.name.hasSameBytes(as: name) }
        table.arrayRelationships.removeAll { $0.name.hasSameBytes(as: name) }
      }
    case .remoteRelationship(let table, let name):
      update(table) { $0.dropRemoteRelationship(named: name) }
    case .permission(let table, let kind, let role):
      update(table) { $0.dropPermission(kind, of: role) }
    case .computedField(let table, let name):
      update(table) { $0.computedFields.removeAll { $0.name.hasSameBytes(as: name) } }
    case .eventTrigger(let table, let name):
      update(table) { table in
        let triggers = table.others["event_triggers"]?.array ?? []
        table.setEventTriggers(triggers.filter { $0["name"]?.string != name })
      }
    case .function(let name): functions.removeAll { $0.function == name }
    case .nativeQuery(let name):
      let rest = (others["native_queries"]?.array ?? []).filter {
        $0["root_field_name"]?.string != name
      }
      others["native_queries"] = .list(orNil: rest)
    }
  }

  /// Changes a tracked table where it is tracked.
  mutating func update(_ name: TableName, _ change: (inout TrackedTable) -> Void) {
    guard let index = tables.firstIndex(where: { $0.table == name }) else { return }
    change(&tables[index])
  }
}

extension TrackedTable {
  mutating func dropPermission(_ kind: MetadataObject.PermissionKind, of role: String) {
    switch kind {
    case .insert: insertPermissions.removeAll { $0.role.hasSameBytes(as: role) }
    case .select: selectPermissions.removeAll { $0.role.hasSameBytes(as: role) }
    case .update: updatePermissions.removeAll { $0.role.hasSameBytes(as: role) }
    case .delete: deletePermissions.removeAll { $0.role.hasSameBytes(as: role) }
    }
  }
}
