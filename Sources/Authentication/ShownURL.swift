/// A URL as logs may have it: without user, password, query and fragment.
enum ShownURL {
  static func text(of url: String) -> String {
    let plain = url.prefix { $0 != "?" && $0 != "#" }
    guard let scheme = plain.firstRange(of: "://") else { return String(plain) }
    let rest = plain[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(plain) }
    return String(plain[..<scheme.upperBound]) + String(rest[rest.index(after: at)...])
  }
}
