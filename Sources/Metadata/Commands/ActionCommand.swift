import JSON

/// A command about whom an action is permitted.
package enum ActionCommand: Hashable, Sendable {
  case createPermission(action: String, role: String, comment: String?)
  case dropPermission(action: String, role: String)
}

extension ActionCommand {
  static let types: Set<String> = ["create_action_permission", "drop_action_permission"]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    let action = try arguments.required("action").nonEmptyString()
    let role = try arguments.required("role").nonEmptyString()
    if type == "create_action_permission" {
      let comment = try arguments.optional("comment")?.string()
      self = .createPermission(action: action, role: role, comment: comment)
    } else {
      self = .dropPermission(action: action, role: role)
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: ActionCommand) throws(MetadataError) -> JSONValue {
    var changed = metadata
    switch command {
    case .createPermission(let action, let role, let comment):
      guard context.actions.contains(action) || metadata.action(named: action) != nil else {
        throw failure(.notExists, "action with name \"\(action)\" does not exist")
      }
      guard !metadata.roles(ofAction: action).contains(where: { $0.hasSameBytes(as: role) }) else {
        throw failure(
          .alreadyExists,
          "permission for role \"\(role)\" is already defined on \"\(action)\""
        )
      }
      var permission: JSONObject = ["role": .string(role)]
      if let comment { permission.append("comment", .string(comment)) }
      changed.changePermissions(ofAction: action) { $0.append(.object(permission)) }
    case .dropPermission(let action, let role):
      guard metadata.roles(ofAction: action).contains(where: { $0.hasSameBytes(as: role) }) else {
        throw failure(
          .notExists,
          "permission for role: \"\(role)\" is not defined on \"\(action)\""
        )
      }
      changed.changePermissions(ofAction: action) { permissions in
        permissions.removeAll { $0["role"]?.string?.hasSameBytes(as: role) == true }
      }
    }
    store(changed)
    return Self.success
  }
}
