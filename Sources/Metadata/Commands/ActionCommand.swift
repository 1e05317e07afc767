import JSON

/// A command about actions, whom they are permitted, or the types that they use.
package enum ActionCommand: Hashable, Sendable {
  case create(Action)
  case update(Action)
  /// `clearsData` forgets what asynchronous calls of the action have been answered.
  case drop(String, clearsData: Bool)
  case setCustomTypes(CustomTypes)
  case createPermission(action: String, role: String, comment: String?)
  case dropPermission(action: String, role: String)
}

extension ActionCommand {
  static let types: Set<String> = [
    "create_action", "update_action", "drop_action", "set_custom_types",
    "create_action_permission", "drop_action_permission",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_action": self = .create(try Action(decoding: arguments))
    case "update_action": self = .update(try Action(decoding: arguments))
    case "drop_action":
      self = .drop(
        try arguments.required("name").graphQLName(),
        clearsData: try arguments.optional("clear_data")?.bool() ?? true
      )
    case "set_custom_types": self = .setCustomTypes(try CustomTypes(decoding: arguments))
    default:
      let action = try arguments.required("action").nonEmptyString()
      let role = try arguments.required("role").nonEmptyString()
      self =
        type == "create_action_permission"
        ? .createPermission(
          action: action,
          role: role,
          comment: try arguments.optional("comment")?.string()
        )
        : .dropPermission(action: action, role: role)
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: ActionCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .create(let action): try create(action)
    case .update(let action): try update(action)
    case .drop(let name, _): try dropAction(name)
    case .setCustomTypes(let types):
      var changed = metadata
      changed.others["custom_types"] = types.isEmpty ? Optional.none : types.encoded()
      try store(changed, for: .customTypes)
    case .createPermission(let action, let role, let comment):
      try permit(action, to: role, comment)
    case .dropPermission(let action, let role): try forbid(action, to: role)
    }
    return Self.success
  }

  private mutating func create(_ action: Action) throws(MetadataError) {
    guard metadata.action(named: action.name) == nil, !context.actions.contains(action.name) else {
      throw failure(.alreadyExists, "action with name \"\(action.name)\" already exists")
    }
    var changed = metadata
    changed.others["actions"] = .array(
      (metadata.others["actions"]?.array ?? []) + [action.encoded()]
    )
    try store(changed, for: .action(action.name))
  }

  private mutating func update(_ action: Action) throws(MetadataError) {
    var list = metadata.others["actions"]?.array ?? []
    let index = list.firstIndex { $0["name"]?.string?.hasSameBytes(as: action.name) == true }
    guard let index, !context.actions.contains(action.name) else {
      throw failure(.notExists, "action with name \"\(action.name)\" does not exist")
    }
    var entry = list[index].object ?? JSONObject()
    entry["definition"] = action.encodedDefinition
    if let comment = action.comment { entry["comment"] = .string(comment) }
    list[index] = .object(entry)
    var changed = metadata
    changed.others["actions"] = .array(list)
    try store(changed, for: .action(action.name))
  }

  private mutating func dropAction(_ name: String) throws(MetadataError) {
    let list = metadata.others["actions"]?.array ?? []
    let rest = list.filter { $0["name"]?.string?.hasSameBytes(as: name) != true }
    guard rest.count < list.count, !context.actions.contains(name) else {
      throw failure(.notExists, "action with name \"\(name)\" does not exist")
    }
    var changed = metadata
    changed.others["actions"] = .list(orNil: rest)
    try storeRemoval(changed)
  }

  private mutating func permit(
    _ action: String,
    to role: String,
    _ comment: String?
  ) throws(MetadataError) {
    guard context.actions.contains(action) || metadata.action(named: action) != nil else {
      throw failure(.notExists, "action with name \"\(action)\" does not exist")
    }
    guard !metadata.roles(ofAction: action).contains(where: { $0.hasSameBytes(as: role) }) else {
      throw failure(
        .alreadyExists,
        "permission for role \"\(role)\" is already defined on \"\(action)\""
      )
    }
    var changed = metadata
    var permission: JSONObject = ["role": .string(role)]
    if let comment { permission.append("comment", .string(comment)) }
    changed.changePermissions(ofAction: action) { $0.append(.object(permission)) }
    store(changed)
  }

  private mutating func forbid(_ action: String, to role: String) throws(MetadataError) {
    guard metadata.roles(ofAction: action).contains(where: { $0.hasSameBytes(as: role) }) else {
      throw failure(
        .notExists,
        "permission for role: \"\(role)\" is not defined on \"\(action)\""
      )
    }
    var changed = metadata
    changed.changePermissions(ofAction: action) { permissions in
      permissions.removeAll { $0["role"]?.string?.hasSameBytes(as: role) == true }
    }
    store(changed)
  }
}
