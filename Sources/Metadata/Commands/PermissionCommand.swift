import JSON

/// A command about the permissions of one table.
package enum PermissionCommand: Hashable, Sendable {
  case createInsert(Permission<InsertPermission>)
  case createSelect(Permission<SelectPermission>)
  case createUpdate(Permission<UpdatePermission>)
  case createDelete(Permission<DeletePermission>)
  case drop(MetadataObject.PermissionKind, role: String)
  case setComment(MetadataObject.PermissionKind, role: String, comment: String?)
}

extension PermissionCommand {
  /// Their names, without the prefix of a backend.
  static let types: Set<String> = Set(
    MetadataObject.PermissionKind.allCases
      .flatMap { ["create_\($0.rawValue)_permission", "drop_\($0.rawValue)_permission"] }
      + ["set_permission_comment"]
  )

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_insert_permission": self = .createInsert(try Permission(decoding: arguments))
    case "create_select_permission": self = .createSelect(try Permission(decoding: arguments))
    case "create_update_permission": self = .createUpdate(try Permission(decoding: arguments))
    case "create_delete_permission": self = .createDelete(try Permission(decoding: arguments))
    case "set_permission_comment":
      self = .setComment(
        try MetadataObject.PermissionKind(decoding: arguments.required("type")),
        role: try arguments.required("role").nonEmptyString(),
        comment: try arguments.optional("comment")?.string()
      )
    default:
      let name = type.dropFirst("drop_".count).dropLast("_permission".count)
      guard let kind = MetadataObject.PermissionKind(rawValue: String(name)) else {
        throw arguments.failure("unknown kind of permission: \(name)")
      }
      self = .drop(kind, role: try arguments.required("role").nonEmptyString())
    }
  }
}

extension MetadataObject.PermissionKind {
  fileprivate init(decoding cursor: JSONCursor) throws(MetadataError) {
    guard let kind = cursor.value.string.flatMap(Self.init(rawValue:)) else {
      throw cursor.failure(
        "perm_type should be one of 'insert', 'select', 'update', 'delete'"
      )
    }
    self = kind
  }
}
