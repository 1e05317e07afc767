import JSON

/// The claims of RFC 7519 §4.1 that say whether a token counts, of the types that they have to have.
struct RegisteredClaims {
  private var expires: NumericDate?
  private var notBefore: NumericDate?
  private var issuedAt: NumericDate?
  private var issuer: String?
  private var audiences: [String]?

  /// Why a token does not count, in the words of Hasura.
  struct Failure: Error, Hashable {
    var message: String
  }

  /// A claim of another type is refused: `"exp": "never"` must not mean that there is none.
  init(_ claims: JSONObject) throws(Failure) {
    expires = try RegisteredClaims.date("exp", claims)
    notBefore = try RegisteredClaims.date("nbf", claims)
    issuedAt = try RegisteredClaims.date("iat", claims)
    issuer = try RegisteredClaims.text("iss", claims)
    _ = try RegisteredClaims.text("sub", claims)
    _ = try RegisteredClaims.text("jti", claims)
    switch claims["aud"] {
    case nil, .null?: break
    case .array(let elements)?:
      audiences = []
      for element in elements {
        guard case .string(let text) = element else {
          throw .mistyped("aud", "StringOrURI", "String", element)
        }
        audiences?.append(text)
      }
    case let other?:
      guard case .string(let text) = other else {
        throw .mistyped("aud", "StringOrURI", "String", other)
      }
      audiences = [text]
    }
  }

  /// In milliseconds since 1970.
  var expiry: Int? { expires?.milliseconds }

  /// Checks them in Hasura's order, at a moment in milliseconds since 1970.
  ///
  /// Stricter than Hasura in one point: a token that does not name the issuer or the audience that is
  /// configured is not for this server.
  func check(_ configuration: JWTConfiguration, at now: Int) throws(Failure) {
    let skew = configuration.allowedSkewMilliseconds
    if let expires, now >= expires.milliseconds.addingClamped(skew) {
      throw Failure(message: "JWTExpired")
    }
    if let issuedAt, now < issuedAt.milliseconds.addingClamped(-skew) {
      throw Failure(message: "JWTIssuedAtFuture")
    }
    if let notBefore, now < notBefore.milliseconds.addingClamped(-skew) {
      throw Failure(message: "JWTNotYetValid")
    }
    if let expected = configuration.issuer, !(issuer?.hasSameBytes(as: expected) ?? false) {
      throw Failure(message: "JWTNotInIssuer")
    }
    if let expected = configuration.audiences {
      let isMeant = audiences?.contains { audience in
        expected.contains { $0.hasSameBytes(as: audience) }
      }
      guard isMeant == true else { throw Failure(message: "JWTNotInAudience") }
    }
  }

  private static func date(_ name: String, _ claims: JSONObject) throws(Failure) -> NumericDate? {
    switch claims[name] {
    case nil, .null?: return nil
    case .number(let number)?: return NumericDate(number)
    case let other?: throw .mistyped(name, "NumericDate", "Number", other)
    }
  }

  private static func text(_ name: String, _ claims: JSONObject) throws(Failure) -> String? {
    switch claims[name] {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case let other?: throw .mistyped(name, "StringOrURI", "String", other)
    }
  }
}

extension RegisteredClaims.Failure {
  fileprivate static func mistyped(
    _ name: String,
    _ type: String,
    _ expected: String,
    _ found: JSONValue
  ) -> RegisteredClaims.Failure {
    RegisteredClaims.Failure(
      message: "JWTClaimsSetDecodeError \"Error in $.\(name): parsing \(type) failed, "
        + "expected \(expected), but encountered \(found.kindName)\""
    )
  }
}
