package import JSON

// Whom the entries of `actions` permit what. The entries are kept as they came; of actions that are
// built into the server an entry needs no more than the name.
extension Metadata {
  /// The roles that may use an action.
  package func roles(ofAction name: String) -> [String] {
    let permissions = action(named: name)?["permissions"]?.array ?? []
    return permissions.compactMap { $0["role"]?.string }
  }

  package func action(named name: String) -> JSONValue? {
    others["actions"]?.array?.first { $0["name"]?.string?.hasSameBytes(as: name) == true }
  }

  /// Changes the permissions of an action, which gets an entry if it has none.
  mutating func changePermissions(
    ofAction name: String,
    _ change: (inout [JSONValue]) -> Void
  ) {
    var actions = others["actions"]?.array ?? []
    let index = actions.firstIndex { $0["name"]?.string?.hasSameBytes(as: name) == true }
    var entry =
      index.flatMap { actions[$0].object } ?? ["name": .string(name), "definition": Self.builtIn]
    var permissions = entry["permissions"]?.array ?? []
    change(&permissions)
    entry["permissions"] = .list(orNil: permissions)
    if let index { actions[index] = .object(entry) } else { actions.append(.object(entry)) }
    others["actions"] = .array(actions)
  }

  /// The definition of an action that is built into the server.
  private static var builtIn: JSONValue { ["kind": "synchronous", "handler": "apus:built-in"] }
}

extension JSONValue? {
  /// A list, or no value at all where that would be empty: not even null.
  static func list(orNil elements: [JSONValue]) -> JSONValue? {
    elements.isEmpty ? Optional.none : .array(elements)
  }
}
