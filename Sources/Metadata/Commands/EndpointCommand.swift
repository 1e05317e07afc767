import JSON

/// A command about REST endpoints or inherited roles.
package enum EndpointCommand: Hashable, Sendable {
  case createEndpoint(RESTEndpoint)
  case dropEndpoint(String)
  case addRole(InheritedRole)
  case dropRole(String)
}

extension EndpointCommand {
  static let types: Set<String> = [
    "create_rest_endpoint", "drop_rest_endpoint", "add_inherited_role", "drop_inherited_role",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_rest_endpoint": self = .createEndpoint(try RESTEndpoint(decoding: arguments))
    case "drop_rest_endpoint":
      self = .dropEndpoint(try arguments.required("name").nonEmptyString())
    case "add_inherited_role": self = .addRole(try InheritedRole(decoding: arguments))
    default: self = .dropRole(try arguments.required("role_name").nonEmptyString())
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: EndpointCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .createEndpoint(let endpoint): try create(endpoint)
    case .dropEndpoint(let name): try dropEndpoint(name)
    case .addRole(let role): try add(role)
    case .dropRole(let name): try dropRole(name)
    }
    return Self.success
  }

  private mutating func create(_ endpoint: RESTEndpoint) throws(MetadataError) {
    let isKnown = metadata.restEndpoints.contains { $0.name.hasSameBytes(as: endpoint.name) }
    guard !isKnown else {
      throw failure(.alreadyExists, "Endpoint with name: \(endpoint.name) already exists")
    }
    var changed = metadata
    changed.restEndpoints.append(endpoint)
    try store(changed, for: .restEndpoint(endpoint.name))
  }

  private mutating func dropEndpoint(_ name: String) throws(MetadataError) {
    var changed = metadata
    changed.restEndpoints.removeAll { $0.name.hasSameBytes(as: name) }
    guard changed.restEndpoints.count < metadata.restEndpoints.count else {
      throw failure(.notExists, "endpoint with name: \(name) does not exist")
    }
    try storeRemoval(changed)
  }

  /// Adds the role, or gives it other parents.
  private mutating func add(_ role: InheritedRole) throws(MetadataError) {
    guard !role.parents.contains(where: { $0.hasSameBytes(as: role.name) }) else {
      throw failure(
        .invalidParams,
        "an inherited role name cannot be in the role combination"
      )
    }
    var changed = metadata
    changed.inheritedRoles.removeAll { $0.name.hasSameBytes(as: role.name) }
    changed.inheritedRoles.append(role)
    try checkCycles(changed)
    try store(changed, for: .inheritedRole(role.name))
  }

  private mutating func dropRole(_ name: String) throws(MetadataError) {
    var changed = metadata
    changed.inheritedRoles.removeAll { $0.name.hasSameBytes(as: name) }
    guard changed.inheritedRoles.count < metadata.inheritedRoles.count else {
      throw failure(.notExists, "\"\(name)\" inherited role doesn't exist")
    }
    try store(changed, for: .inheritedRole(name))
  }

  /// Refuses roles that are made of each other: nothing could be said about what they may do.
  func checkCycles(_ metadata: Metadata) throws(MetadataError) {
    let cycles = RoleGraph(metadata).cycles
    guard cycles.isEmpty else {
      let list = cycles.map { cycle in
        "[" + cycle.map { "\"\($0)\"" }.joined(separator: ",") + "]"
      }
      throw failure(
        .cyclicDependency,
        "found cycle(s) in roles: \(list.joined(separator: ", "))"
      )
    }
  }
}
