import Engine
import HTTP
import JSON

/// Finds the session of a request by its token, on one loop.
///
/// Which configuration a token is for is said by where it stands and by its issuer. A token that was
/// verified before is known by its digest until it expires or the keys change.
struct JWTAuthentication {
  private var verifiers: [JWTVerifier]
  private let locations: [TokenLocation]
  private let unauthorizedRole: String?
  private var known: ExpiringCache<VerifiedToken>

  init(
    _ configurations: [JWTConfiguration],
    _ stores: [KeyStore],
    unauthorizedRole: String?,
    cachedTokens: Int
  ) {
    verifiers = zip(configurations, stores).map { JWTVerifier($0, $1) }
    var locations: [TokenLocation] = []
    for location in configurations.map(\.location) where !locations.contains(location) {
      locations.append(location)
    }
    self.locations = locations
    self.unauthorizedRole = unauthorizedRole
    known = ExpiringCache(capacity: cachedTokens)
  }

  /// The session; `now` in milliseconds since 1970.
  mutating func session(_ headers: HTTPHeaders, at now: Int) throws(HasuraError) -> Session {
    var hasNewKeys = false
    for index in verifiers.indices where verifiers[index].refresh() { hasNewKeys = true }
    if hasNewKeys { known.removeAll() }
    guard let verified = try verifiedToken(headers, at: now) else {
      guard let unauthorizedRole else {
        throw HasuraError(
          .invalidHeaders,
          "Missing 'Authorization' or 'Cookie' header in JWT authentication mode"
        )
      }
      return Session(role: unauthorizedRole, claiming: [])
    }
    return try verified.session(role: headers["x-hasura-role"])
  }

  /// What the request's token grants; nil where it has none.
  private mutating func verifiedToken(
    _ headers: HTTPHeaders,
    at now: Int
  ) throws(HasuraError) -> VerifiedToken? {
    var found: [(location: Int, token: ArraySlice<UInt8>)] = []
    for (index, location) in locations.enumerated() {
      for value in location.tokens(in: headers) {
        guard let token = location.token(of: value) else {
          throw HasuraError(.invalidHeaders, "Malformed Authorization header")
        }
        found.append((index, token))
      }
    }
    guard let first = found.first else { return nil }
    // With one token alone, its place and its bytes decide everything.
    let digest = Digest(of: [UInt8(truncatingIfNeeded: first.location)] + first.token)
    if found.count == 1, let verified = known.value(of: digest, at: now) { return verified }
    let (verifier, token) = try match(found)
    let verified = try verifier.verify(token, at: now)
    if found.count == 1 {
      let skew = verifier.configuration.allowedSkewMilliseconds
      let expiry = verified.expiry.map { $0.addingClamped(skew) } ?? .max
      known.insert(verified, for: digest, until: expiry)
    }
    return verified
  }

  /// The one configuration that a token of the request is for, with that token.
  private func match(
    _ found: [(location: Int, token: ArraySlice<UInt8>)]
  ) throws(HasuraError) -> (JWTVerifier, ArraySlice<UInt8>) {
    var matches: [(JWTVerifier, ArraySlice<UInt8>)] = []
    for (location, token) in found {
      for verifier in verifiers where verifier.configuration.location == locations[location] {
        if let expected = verifier.configuration.issuer,
          let issuer = CompactToken.unverifiedIssuer(token), !issuer.hasSameBytes(as: expected)
        {
          continue
        }
        matches.append((verifier, token))
      }
    }
    guard let match = matches.first else { throw JWTVerifier.invalid("JWTNotInIssuer") }
    guard matches.count == 1 else {
      throw HasuraError(.invalidHeaders, "Could not verify JWT: Multiple JWTs found")
    }
    return match
  }
}
