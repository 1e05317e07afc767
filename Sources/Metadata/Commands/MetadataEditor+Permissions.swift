import Catalog
import JSON

extension MetadataEditor {
  mutating func apply(
    _ command: PermissionCommand,
    to reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    switch command {
    case .createInsert(let permission):
      try create(permission, .insert, of: reference) { $0.insertPermissions.append(permission) }
    case .createSelect(let permission):
      try create(permission, .select, of: reference) { $0.selectPermissions.append(permission) }
    case .createUpdate(let permission):
      try create(permission, .update, of: reference) { $0.updatePermissions.append(permission) }
    case .createDelete(let permission):
      try create(permission, .delete, of: reference) { $0.deletePermissions.append(permission) }
    case .drop(let kind, let role): try dropPermission(kind, of: role, on: reference)
    case .setComment(let kind, let role, let comment):
      try setComment(comment, onPermission: kind, of: role, on: reference)
    }
    return Self.success
  }

  /// Whether the document has the permission, whether or not it holds.
  ///
  /// One that a role inherits is none of the document's, and does not stand in the way.
  private func hasPermission(
    _ kind: MetadataObject.PermissionKind,
    of role: String,
    on reference: MetadataCommand.TableReference
  ) -> Bool {
    let table = metadata.source(named: reference.source)?.table(reference.table)
    return table?.hasPermission(kind, of: role) ?? false
  }

  private mutating func create<Definition: PermissionDefinition>(
    _ permission: Permission<Definition>,
    _ kind: MetadataObject.PermissionKind,
    of reference: MetadataCommand.TableReference,
    _ append: (inout TrackedTable) -> Void
  ) throws(MetadataError) {
    _ = try table(reference)
    let role = permission.role
    // Administrators may do everything without a permission.
    guard role != "admin", !hasPermission(kind, of: role, on: reference) else {
      throw failure(
        .alreadyExists,
        "\(kind.rawValue) permission already defined on table \"\(reference.table)\" with role "
          + "\"\(role)\""
      )
    }
    let changed = metadata(changing: reference.source) { $0.update(reference.table, append) }
    try store(
      changed,
      for: .permission(source: reference.source, reference.table, kind, role: role)
    )
  }

  private mutating func dropPermission(
    _ kind: MetadataObject.PermissionKind,
    of role: String,
    on reference: MetadataCommand.TableReference
  ) throws(MetadataError) {
    _ = try table(reference)
    guard hasPermission(kind, of: role, on: reference) else {
      throw failure(
        .permissionDenied,
        "\(kind.rawValue) permission on \"\(reference.table)\" for role \"\(role)\" does not exist"
      )
    }
    let changed = metadata(changing: reference.source) { source in
      source.purge(.permission(reference.table, kind, role: role))
    }
    try storeRemoval(changed)
  }

  private mutating func setComment(
    _ comment: String?,
    onPermission kind: MetadataObject.PermissionKind,
    of role: String,
    on reference: MetadataCommand.TableReference
  ) throws(MetadataError) {
    _ = try table(reference)
    guard hasPermission(kind, of: role, on: reference) else {
      throw failure(
        .permissionDenied,
        "'\(kind.rawValue)' permission on \"\(reference.table)\" for role \"\(role)\" does not exist"
      )
    }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { $0.setComment(comment, onPermission: kind, of: role) }
    }
    store(changed)
  }
}

extension TrackedTable {
  func hasPermission(_ kind: MetadataObject.PermissionKind, of role: String) -> Bool {
    switch kind {
    case .insert: insertPermissions.contains { $0.role.hasSameBytes(as: role) }
    case .select: selectPermissions.contains { $0.role.hasSameBytes(as: role) }
    case .update: updatePermissions.contains { $0.role.hasSameBytes(as: role) }
    case .delete: deletePermissions.contains { $0.role.hasSameBytes(as: role) }
    }
  }

  fileprivate mutating func setComment(
    _ comment: String?,
    onPermission kind: MetadataObject.PermissionKind,
    of role: String
  ) {
    switch kind {
    case .insert: insertPermissions.setComment(comment, of: role)
    case .select: selectPermissions.setComment(comment, of: role)
    case .update: updatePermissions.setComment(comment, of: role)
    case .delete: deletePermissions.setComment(comment, of: role)
    }
  }
}

extension Array {
  fileprivate mutating func setComment<Definition>(_ comment: String?, of role: String)
  where Element == Permission<Definition> {
    for index in indices where self[index].role.hasSameBytes(as: role) {
      self[index].comment = comment
    }
  }
}
