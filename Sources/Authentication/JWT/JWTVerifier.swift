import Engine
import JSON

/// Verifies the tokens of one configuration, on one loop.
struct JWTVerifier {
  let configuration: JWTConfiguration
  let store: KeyStore
  private var keys: [VerificationKey] = []
  private var failure: String?
  private var generation: Int?

  init(_ configuration: JWTConfiguration, _ store: KeyStore) {
    self.configuration = configuration
    self.store = store
  }

  /// Takes the newest keys; whether they are others than before.
  mutating func refresh() -> Bool {
    let newest = store.generation
    guard newest != generation else { return false }
    let state = store.current
    keys = state.keys.compactMap(VerificationKey.init)
    failure = state.failure
    defer { generation = newest }
    return generation != nil
  }

  /// What a token grants, at a moment in milliseconds since 1970.
  func verify(_ bytes: ArraySlice<UInt8>, at now: Int) throws(HasuraError) -> VerifiedToken {
    let token: CompactToken
    do {
      token = try CompactToken(bytes)
    } catch {
      throw JWTVerifier.invalid(error.message)
    }
    try checkSignature(of: token)
    let claims = try claims(of: token)
    let registered: RegisteredClaims
    do {
      registered = try RegisteredClaims(claims)
      try registered.check(configuration, at: now)
    } catch {
      throw JWTVerifier.invalid(error.message)
    }
    return try SessionClaims.token(claims, configuration.claims, expiry: registered.expiry)
  }

  static func invalid(_ reason: String) -> HasuraError {
    HasuraError(.invalidJWT, "Could not verify JWT: \(reason)")
  }

  private func claims(of token: CompactToken) throws(HasuraError) -> JSONObject {
    let parsed = try? JSONValue(
      parsing: token.payload.span,
      maximumDepth: CompactToken.maximumDepth
    )
    switch parsed {
    case .object(let object)?: return object
    case nil:
      throw JWTVerifier.invalid("JWTClaimsSetDecodeError \"Error in $: not a valid json value\"")
    case let other?:
      throw JWTVerifier.invalid(
        "JWTClaimsSetDecodeError \"Error in $: parsing JWT claims set failed, expected Object, "
          + "but encountered \(other.kindName)\""
      )
    }
  }

  // MARK: - Signature

  /// Header members by which a token would bring or choose its own key.
  private static let ownKeys = ["jwk", "jku", "x5u", "x5c"]

  private func checkSignature(of token: CompactToken) throws(HasuraError) {
    let header = token.header
    guard !keys.isEmpty else {
      let reason = failure.map { ": the JWK set could not be fetched: \($0)" } ?? ""
      throw JWTVerifier.invalid("JWSError NoUsableKeys\(reason)")
    }
    guard header["alg"]?.string?.lowercased() != "none" else {
      throw JWTVerifier.invalid("JWSError JWSNoSignatures")
    }
    // Extensions that have to be understood are not understood here: RFC 7515 §4.1.11.
    guard let name = header["alg"]?.string, let algorithm = JWTAlgorithm(rawValue: name),
      header["crit"] == nil, JWTVerifier.ownKeys.allSatisfy({ header[$0] == nil }),
      candidates(for: header["kid"]).contains(where: {
        $0.verifies(token.signature, of: token.signed, by: algorithm)
      })
    else { throw JWTVerifier.invalid("JWSError JWSInvalidSignature") }
  }

  /// The keys to try: those of that `kid`, or all where no key has it, as Hasura tries all.
  private func candidates(for id: JSONValue?) -> [VerificationKey] {
    switch id {
    case nil, .null?: return keys
    case .string(let id)?:
      let named = keys.filter { $0.id?.hasSameBytes(as: id) ?? false }
      if !named.isEmpty { return named }
      return JWTVerifier.isPath(id) ? [] : keys
    default: return []
    }
  }

  /// Whether a `kid` is meant for those who open files or ask databases by it.
  private static func isPath(_ id: String) -> Bool {
    let bytes = Array(id.utf8)
    return bytes.first == UInt8(ascii: "/") || bytes.contains(UInt8(ascii: "\\"))
      || bytes.contains(0)
      || ["..", "://", "./", "'", "|"].contains { part in
        bytes.firstRange(of: Array(part.utf8)) != nil
      }
  }
}
