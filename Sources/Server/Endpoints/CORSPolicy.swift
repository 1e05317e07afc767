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

  private var exposed: [(String, String)] { [("Access-Control-Expose-Headers", "x-request-id")] }

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
}
