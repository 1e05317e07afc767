import HTTP

/// How long fetched keys count: `Cache-Control` first, then `Expires`, as Hasura reads them.
enum JWKLifetime: Hashable {
  /// Until then, in milliseconds since 1970.
  case until(Int)
  /// For ever, for the answer says nothing.
  case unknown
  case malformed(String)

  init(_ response: HTTPClientResponse, at now: Int) {
    if let text = response["cache-control"] {
      let control = CacheControl(text)
      guard !control.isMalformed else {
        self = .malformed("Failed parsing Cache-Control header from JWK response")
        return
      }
      let expiry = control.maximumAgeSeconds.map { now.addingClamped($0 * 1000) }
      if control.mustRevalidate {
        self = .until(expiry ?? now)
        return
      }
      if control.isNotCached {
        self = .until(now)
        return
      }
      if let expiry {
        self = .until(expiry)
        return
      }
    }
    guard let text = response["expires"] else {
      self = .unknown
      return
    }
    guard let expiry = HTTPDate.milliseconds(text) else {
      self = .malformed(
        "Failed parsing Expires header from JWK response. Value of header is not a valid timestamp"
      )
      return
    }
    self = .until(expiry)
  }
}
