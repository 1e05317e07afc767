/// Which pages of other origins may read the answers.
struct CORSPolicy: Sendable {
  private let origins: [OriginPattern]

  /// No origins at all: nothing is sent.
  static let disabled = CORSPolicy(origins: [])

  init(origins: [OriginPattern]) {
    self.origins = origins
  }

  /// The headers that the answer to a request from a page of that origin carries.
  ///
  /// Credentials are allowed to listed origins only: with `*` any page could use them.
  func headers(forOrigin origin: String?) -> [(String, String)] {
    guard let origin, !origins.isEmpty else { return [] }
    if origins.contains(.any) { return [("Access-Control-Allow-Origin", "*")] + exposed }
    guard origins.contains(where: { $0.matches(origin) }) else { return [("Vary", "Origin")] }
    return [
      ("Access-Control-Allow-Origin", origin),
      ("Access-Control-Allow-Credentials", "true"),
      ("Vary", "Origin"),
    ] + exposed
  }

  private var exposed: [(String, String)] {
    [("Access-Control-Expose-Headers", "x-request-id,\(IdempotencyKey.replayHeader.name)")]
  }

  /// The headers that answer a preflight; empty where the origin is not allowed.
  func preflightHeaders(forOrigin origin: String, requested headers: String?) -> [(String, String)]
  {
    let allowed = self.headers(forOrigin: origin)
    guard allowed.contains(where: { $0.0 == "Access-Control-Allow-Origin" }) else { return allowed }
    return allowed + [
      ("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE,OPTIONS"),
      ("Access-Control-Allow-Headers", headers ?? "content-type"),
      ("Access-Control-Max-Age", "1728000"),
    ]
  }

  // MARK: - Websockets

  /// What becomes of a handshake, which a browser sends whatever the origin of the page.
  enum WebSocketOrigin: Hashable, Sendable {
    case refused
    /// Cookies count where the page is known to be meant, or none is behind the request.
    case allowed(countsCookies: Bool)
  }

  /// Judges the origin of a handshake.
  ///
  /// Where every origin is allowed, only a page of this very server may use the browser's cookies:
  /// else any page could speak in the name of whoever looks at it.
  func webSocketOrigin(_ origin: String?, host: String?) -> WebSocketOrigin {
    guard !origins.isEmpty else { return .allowed(countsCookies: false) }
    guard let origin else { return .allowed(countsCookies: true) }
    guard origins.contains(where: { $0.matches(origin) }) else { return .refused }
    let isListed = origins.contains { $0 != .any && $0.matches(origin) }
    return .allowed(countsCookies: isListed || CORSPolicy.isSame(origin, host))
  }

  private static func isSame(_ origin: String, _ host: String?) -> Bool {
    guard let host, let scheme = origin.firstRange(of: "://") else { return false }
    return origin[scheme.upperBound...].lowercased() == host.lowercased()
  }
}
