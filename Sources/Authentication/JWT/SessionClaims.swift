import Engine
import JSON

/// Makes a session's roles and variables out of the claims of a token.
enum SessionClaims {
  private static let registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]

  /// What the claims grant; each error is one of Hasura's.
  static func token(
    _ claims: JSONObject,
    _ source: ClaimsSource,
    expiry: Int?
  ) throws(HasuraError) -> VerifiedToken {
    var values: [String: JSONValue]
    switch source {
    case .namespace(let namespace, let format):
      values = try self.values(claims, namespace, format)
    case .map(let map): values = try self.values(claims, map)
    }
    let allowedRoles = try roles(values.removeValue(forKey: ClaimsSource.allowedRoles))
    let defaultRole = try role(values.removeValue(forKey: ClaimsSource.defaultRole))
    // The role is chosen by the request, among the allowed ones.
    values["x-hasura-role"] = nil
    var variables: [SessionVariable] = []
    for (name, value) in values {
      variables.append(SessionVariable(name: name, value: try SessionValue.text(of: value)))
    }
    variables.sort { $0.name < $1.name }
    return VerifiedToken(
      allowedRoles: allowedRoles,
      defaultRole: defaultRole,
      variables: variables,
      expiry: expiry
    )
  }

  // MARK: - Claims under a namespace

  private static func values(
    _ claims: JSONObject,
    _ namespace: ClaimsSource.Namespace,
    _ format: ClaimsSource.Format
  ) throws(HasuraError) -> [String: JSONValue] {
    let own = JSONObject(claims.members.filter { !registered.contains($0.key) })
    let found: JSONValue?
    switch namespace {
    case .claim(let name): found = own[name]
    case .path(let path): found = path.value(in: .object(own))
    }
    guard let found else {
      let message =
        switch namespace {
        case .claim(let name): "claims key: '\(name)' not found"
        case .path: "claims not found at claims_namespace_path: '\(namespace.text)'"
        }
      throw HasuraError(.jwtInvalidClaims, message)
    }
    var values: [String: JSONValue] = [:]
    for member in try object(found, namespace, format).members {
      let name = member.key.lowercased()
      if name.utf8.starts(with: "x-hasura-".utf8) { values[name] = member.value }
    }
    return values
  }

  private static func object(
    _ value: JSONValue,
    _ namespace: ClaimsSource.Namespace,
    _ format: ClaimsSource.Format
  ) throws(HasuraError) -> JSONObject {
    switch (format, value) {
    case (.json, .object(let object)): return object
    case (.json, _):
      throw HasuraError(
        .jwtInvalidClaims,
        "expecting a json object when claims_format is json"
      )
    case (.stringifiedJSON, .string(let text)):
      let parsed = try? JSONValue(parsing: text, maximumDepth: CompactToken.maximumDepth)
      if case .object(let object)? = parsed { return object }
      let place =
        switch namespace {
        case .claim: "claims_namespace \(namespace.text)"
        case .path: "claims_namespace_path \(namespace.text)"
        }
      throw HasuraError(
        .jwtInvalidClaims,
        "expecting stringified json at: '\(place)', but found: \(text)"
      )
    case (.stringifiedJSON, _):
      throw HasuraError(
        .jwtInvalidClaims,
        "expecting a string when claims_format is stringified_json"
      )
    }
  }

  // MARK: - Claims by a map

  private static func values(
    _ claims: JSONObject,
    _ map: ClaimsMap
  ) throws(HasuraError) -> [String: JSONValue] {
    let root = JSONValue.object(claims)
    var values: [String: JSONValue] = [:]
    values[ClaimsSource.allowedRoles] = value(map.allowedRoles, root)
    values[ClaimsSource.defaultRole] = value(map.defaultRole, root)
    // Hasura has another hint for a role that a path leads to.
    if case .path = map.defaultRole, let found = values[ClaimsSource.defaultRole] {
      _ = try role(found, hint: "should be a role")
    }
    for (name, source) in map.others {
      guard let value = value(source, root) else {
        throw HasuraError(
          .jwtInvalidClaims,
          "JWT claim from claims_map, \(name) not found"
        )
      }
      values[name] = value
    }
    return values
  }

  private static func value(_ source: ClaimsMap.Value, _ root: JSONValue) -> JSONValue? {
    switch source {
    case .literal(let value): value
    case .path(let path, let fallback): path.value(in: root) ?? fallback
    }
  }

  // MARK: - Roles

  private static func roles(_ value: JSONValue?) throws(HasuraError) -> [String] {
    let hint = "invalid \(ClaimsSource.allowedRoles); should be a list of roles: "
    guard let value else { throw missing(ClaimsSource.allowedRoles) }
    guard case .array(let elements) = value else {
      throw HasuraError(
        .jwtInvalidClaims,
        hint + "parsing [] failed, expected Array, but encountered \(value.kindName)"
      )
    }
    var roles: [String] = []
    for element in elements { roles.append(try name(element, hint)) }
    return roles
  }

  private static func role(
    _ value: JSONValue?,
    hint: String = "should be a single role name"
  ) throws(HasuraError) -> String {
    guard let value else { throw missing(ClaimsSource.defaultRole) }
    return try name(value, "invalid \(ClaimsSource.defaultRole); \(hint): ")
  }

  private static func name(_ value: JSONValue, _ hint: String) throws(HasuraError) -> String {
    guard case .string(let name) = value else {
      throw HasuraError(
        .jwtInvalidClaims,
        hint + "parsing RoleName failed, expected String, but encountered \(value.kindName)"
      )
    }
    guard !name.isEmpty else {
      throw HasuraError(.jwtInvalidClaims, hint + "empty string not allowed")
    }
    return name
  }

  private static func missing(_ claim: String) -> HasuraError {
    HasuraError(.jwtMissingRoleClaims, "JWT claim does not contain \(claim)")
  }
}
