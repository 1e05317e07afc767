import Catalog
import JSON
import Metadata

/// What metadata let a role write into one table.
struct WritePermissions: Hashable {
  var insert: InsertPermission?
  var update: UpdatePermission?
  var delete: DeletePermission?
  /// The kinds of permission that the roles it inherits from do not agree on.
  private(set) var conflicts: [String] = []

  /// The role's own permissions, else those of the roles that it inherits from where all that have
  /// one have the same; permissions that are for backends alone count for backends.
  ///
  /// `table` is that of the database, nil where it is not there.
  init(
    of role: String,
    in tracked: TrackedTable,
    _ table: Table?,
    _ hierarchy: RoleHierarchy,
    isBackend: Bool
  ) {
    guard role != Session.adminRole else {
      insert = InsertPermission()
      update = UpdatePermission(columns: .all)
      delete = DeletePermission()
      return
    }
    let inserts = hierarchy.writeDefinition(of: role, in: tracked.insertPermissions, on: table)
    insert = allowed(inserts, "insert", backendOnly: \.isBackendOnly, isBackend)
    let updates = hierarchy.writeDefinition(of: role, in: tracked.updatePermissions, on: table)
    update = allowed(updates, "update", backendOnly: \.isBackendOnly, isBackend)
    let deletes = hierarchy.writeDefinition(of: role, in: tracked.deletePermissions, on: table)
    delete = allowed(deletes, "delete", backendOnly: \.isBackendOnly, isBackend)
  }

  private mutating func allowed<Definition>(
    _ inherited: Inherited<Definition>,
    _ kind: String,
    backendOnly: (Definition) -> Bool,
    _ isBackend: Bool
  ) -> Definition? {
    if inherited == .conflict { conflicts.append(kind) }
    guard let definition = inherited.permission else { return nil }
    return isBackend || !backendOnly(definition) ? definition : nil
  }

  /// The same without what differs between roles of one schema: conditions, and values of presets.
  var shape: WritePermissions {
    var shape = self
    shape.insert?.check = [:]
    shape.insert?.set = insert?.set.keysAlone ?? JSONObject()
    shape.update?.filter = [:]
    shape.update?.check = nil
    shape.update?.set = update?.set.keysAlone ?? JSONObject()
    shape.delete?.filter = [:]
    return shape
  }
}

extension JSONObject {
  fileprivate var keysAlone: JSONObject {
    JSONObject(members.map { Member(key: $0.key, value: .null) })
  }
}
