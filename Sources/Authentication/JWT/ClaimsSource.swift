package import JSON

/// Where in a token the session is told.
package enum ClaimsSource: Hashable, Sendable {
  case namespace(Namespace, Format)
  case map(ClaimsMap)

  package enum Namespace: Hashable, Sendable {
    case claim(String)
    case path(ClaimPath)
  }

  package enum Format: String, Hashable, Sendable {
    case json
    case stringifiedJSON = "stringified_json"
  }

  package static let defaultNamespace = "https://hasura.io/jwt/claims"
  static let allowedRoles = "x-hasura-allowed-roles"
  static let defaultRole = "x-hasura-default-role"

  /// What `/v1alpha1/config` tells of it.
  package var configuration: JSONValue {
    switch self {
    case .map(let map):
      [
        "claims_namespace": .string(ClaimsSource.defaultNamespace),
        "claims_format": .string(Format.json.rawValue), "claims_map": .object(map.object),
      ]
    case .namespace(let namespace, let format):
      [
        "claims_namespace": .string(namespace.text), "claims_format": .string(format.rawValue),
        "claims_map": nil,
      ]
    }
  }
}

extension ClaimsSource.Namespace {
  package var text: String {
    switch self {
    case .claim(let name): name
    case .path(let path): path.path.text
    }
  }
}

/// `claims_map`: each session variable with where it comes from.
package struct ClaimsMap: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case path(ClaimPath, default: JSONValue?)
    case literal(JSONValue)
  }

  let allowedRoles: Value
  let defaultRole: Value
  /// In small letters.
  let others: [String: Value]
  /// As it was configured.
  let object: JSONObject

  init(_ value: JSONValue) throws(ConfigurationError) {
    guard case .object(let object) = value else {
      throw ConfigurationError("claims_map: expected an object, found \(value.kindName)")
    }
    var values: [String: Value] = [:]
    for member in object.members {
      let name = member.key.lowercased()
      values[name] = try ClaimsMap.value(member.value, of: name)
    }
    guard let allowedRoles = values.removeValue(forKey: ClaimsSource.allowedRoles) else {
      throw ConfigurationError("claims_map: \(ClaimsSource.allowedRoles) is expected but not found")
    }
    guard let defaultRole = values.removeValue(forKey: ClaimsSource.defaultRole) else {
      throw ConfigurationError("claims_map: \(ClaimsSource.defaultRole) is expected but not found")
    }
    self.allowedRoles = allowedRoles
    self.defaultRole = defaultRole
    self.object = object
    others = values
  }

  private static func value(_ value: JSONValue, of name: String) throws(ConfigurationError) -> Value
  {
    guard case .object(let object) = value else {
      try check(value, of: name)
      return .literal(value)
    }
    guard let text = object["path"]?.string, let path = ClaimPath(text) else {
      throw ConfigurationError("claims_map: \(name) needs a 'path' that is a JSON path")
    }
    guard let fallback = object["default"], !fallback.isNull else {
      return .path(path, default: nil)
    }
    try check(fallback, of: name)
    return .path(path, default: fallback)
  }

  private static func check(_ value: JSONValue, of name: String) throws(ConfigurationError) {
    if name == ClaimsSource.allowedRoles {
      guard let roles = value.array, roles.allSatisfy({ $0.string.map { !$0.isEmpty } ?? false })
      else { throw ConfigurationError("claims_map: \(name) has to be a list of roles") }
    } else if value.string == nil || value == "" && name == ClaimsSource.defaultRole {
      throw ConfigurationError("claims_map: \(name) has to be a text, or an object with a path")
    }
  }
}
