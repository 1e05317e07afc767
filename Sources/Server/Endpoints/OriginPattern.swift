import JSON

/// An origin of `HASURA_GRAPHQL_CORS_DOMAIN`: every one, one, or all the subdomains of one.
enum OriginPattern: Hashable, Sendable {
  case any
  case exact(String)
  /// `https://*.example.com:8443`: one label more, as Hasura has it.
  case subdomains(scheme: String, domain: String)

  init?(_ text: String) {
    if text == "*" {
      self = .any
      return
    }
    guard let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix) else {
      return nil
    }
    var host = text.dropFirst(scheme.count).lowercased()
    if host.hasSuffix("/") { host.removeLast() }
    let isWildcard = host.hasPrefix("*.")
    if isWildcard { host.removeFirst(2) }
    guard !host.isEmpty, host.utf8.allSatisfy(OriginPattern.isAllowed) else { return nil }
    self = isWildcard ? .subdomains(scheme: scheme, domain: host) : .exact(scheme + host)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "_"),
      UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }

  /// Whether a page of this origin is meant.
  func matches(_ origin: String) -> Bool {
    let origin = origin.lowercased()
    switch self {
    case .any: return true
    case .exact(let expected): return origin.hasSameBytes(as: expected)
    case .subdomains(let scheme, let domain):
      guard origin.hasPrefix(scheme), origin.hasSuffix("." + domain) else { return false }
      let label = origin.dropFirst(scheme.count).dropLast(domain.count + 1)
      return !label.isEmpty && !label.contains(".") && label.utf8.allSatisfy(Self.isAllowed)
    }
  }
}
