package import JSON

/// One object of `HASURA_GRAPHQL_JWT_SECRET` or `_SECRETS`, understood.
package struct JWTConfiguration: Sendable {
  package enum Keys: Sendable {
    case fixed([KeyMaterial])
    /// A set of keys that is fetched; only these algorithms, where the configuration names some.
    case url(String, Set<JWTAlgorithm>)
  }

  package var keys: Keys
  /// Nil where any audience will do.
  var audiences: [String]?
  var issuer: String?
  package var claims: ClaimsSource
  var allowedSkewMilliseconds: Int
  var location: TokenLocation

  /// Reads the object, or `{"type": …, "key": …}` for short.
  package init(_ value: JSONValue) throws(ConfigurationError) {
    guard case .object(let object) = value else {
      throw ConfigurationError("expected a JSON object, found \(value.kindName)")
    }
    keys = try JWTConfiguration.keys(object)
    claims = try JWTConfiguration.claims(object)
    audiences = try JWTConfiguration.audiences(object)
    issuer = try JWTConfiguration.text("issuer", object)
    allowedSkewMilliseconds = try JWTConfiguration.skew(object)
    location = try TokenLocation(object["header"])
  }

  /// Reads the text of the option; the message never repeats any of it.
  package static func parse(_ text: String) throws(ConfigurationError) -> JWTConfiguration {
    try JWTConfiguration(try json(text))
  }

  /// Reads a list of configurations.
  package static func parseList(_ text: String) throws(ConfigurationError) -> [JWTConfiguration] {
    guard case .array(let elements) = try json(text) else {
      throw ConfigurationError("expected a JSON list of objects")
    }
    var configurations: [JWTConfiguration] = []
    for element in elements { configurations.append(try JWTConfiguration(element)) }
    return configurations
  }

  private static func json(_ text: String) throws(ConfigurationError) -> JSONValue {
    do {
      return try JSONValue(parsing: text, maximumDepth: CompactToken.maximumDepth)
    } catch {
      throw ConfigurationError("not JSON: \(error)")
    }
  }

  // MARK: - Members

  private static func keys(_ object: JSONObject) throws(ConfigurationError) -> Keys {
    let algorithm = try algorithm(object)
    let url = try text("jwk_url", object)
    switch (object["key"] ?? .null, url) {
    case (.null, nil): throw ConfigurationError("key and jwk_url both cannot be empty")
    case (.null, let url?):
      let start = url.lowercased()
      guard start.hasPrefix("http://") || start.hasPrefix("https://") else {
        throw ConfigurationError("jwk_url has to be an absolute URL of http or https")
      }
      return .url(url, algorithm.map { [$0] } ?? [])
    case (_, .some): throw ConfigurationError("key, jwk_url both cannot be present")
    case (let key, nil):
      guard let algorithm else { throw ConfigurationError("key \"type\" not found") }
      do {
        return .fixed([try material(key, algorithm)])
      } catch {
        throw ConfigurationError("Invalid JWK: \(error.message)")
      }
    }
  }

  private static func algorithm(_ object: JSONObject) throws(ConfigurationError) -> JWTAlgorithm? {
    guard let name = try text("type", object) else { return nil }
    guard let algorithm = JWTAlgorithm(configurationName: name) else {
      throw ConfigurationError("Invalid JWK: Key type: \(name) is not supported")
    }
    return algorithm
  }

  private static func material(
    _ key: JSONValue,
    _ algorithm: JWTAlgorithm
  ) throws(KeyError) -> KeyMaterial {
    if case .object(let object) = key { return try KeyMaterial(jwk: object, [algorithm]) }
    guard case .string(let text) = key else { throw KeyError("the key has to be a text") }
    if algorithm.family == .hmac {
      let needed = algorithm.minimumSecretBytes
      guard text.utf8.count >= needed else {
        throw KeyError("Key size too small; should be atleast \(needed) characters")
      }
      return KeyMaterial(secret: Array(text.utf8), [algorithm])
    }
    if let value = try? JSONValue(parsing: text), case .object(let object) = value {
      return try KeyMaterial(jwk: object, [algorithm])
    }
    return try KeyMaterial(try PublicKey.pem(text), [algorithm])
  }

  private static func claims(_ object: JSONObject) throws(ConfigurationError) -> ClaimsSource {
    let name = try text("claims_namespace", object)
    let pathText = try text("claims_namespace_path", object)
    let namespace: ClaimsSource.Namespace
    switch (name, pathText) {
    case (nil, nil): namespace = .claim(ClaimsSource.defaultNamespace)
    case (let name?, nil): namespace = .claim(name)
    case (nil, let text?):
      guard let path = ClaimPath(text) else {
        throw ConfigurationError("invalid JSON path claims_namespace_path error: '\(text)'")
      }
      namespace = .path(path)
    case (.some, .some):
      throw ConfigurationError("claims_namespace and claims_namespace_path both cannot be set")
    }
    let formatName = try text("claims_format", object) ?? ClaimsSource.Format.json.rawValue
    guard let format = ClaimsSource.Format(rawValue: formatName) else {
      throw ConfigurationError("claims_format has to be json or stringified_json")
    }
    guard let map = object["claims_map"], !map.isNull else { return .namespace(namespace, format) }
    return .map(try ClaimsMap(map))
  }

  private static func audiences(_ object: JSONObject) throws(ConfigurationError) -> [String]? {
    switch object["audience"] {
    case nil, .null?: return nil
    case .string(let text)?: return [text]
    case .array(let elements)?:
      let texts = elements.compactMap(\.string)
      guard texts.count == elements.count else { break }
      return texts
    default: break
    }
    throw ConfigurationError("audience has to be a text or a list of texts")
  }

  private static func skew(_ object: JSONObject) throws(ConfigurationError) -> Int {
    switch object["allowed_skew"] {
    case nil, .null?: return 0
    case .number(let number)?:
      let milliseconds = NumericDate(number).milliseconds
      if milliseconds >= 0, milliseconds <= 86_400_000 { return milliseconds }
    default: break
    }
    throw ConfigurationError("allowed_skew has to be a number of seconds from 0 to 86400")
  }

  private static func text(
    _ name: String,
    _ object: JSONObject
  ) throws(ConfigurationError) -> String? {
    switch object[name] {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case let other?:
      throw ConfigurationError("\(name): expected a text, found \(other.kindName)")
    }
  }
}
