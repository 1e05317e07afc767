/// What the value of a header `Cache-Control` says, as far as Hasura heeds it: RFC 9111 §5.2.
struct CacheControl {
  private(set) var maximumAgeSeconds: Int?
  private(set) var mustRevalidate = false
  private(set) var isNotCached = false
  /// A `max-age` whose value is no number.
  private(set) var isMalformed = false

  init(_ text: String) {
    for directive in text.split(separator: ",") {
      let parts = directive.split(separator: "=", maxSplits: 1)
      let name = CacheControl.trimmed(parts.first ?? "").lowercased()
      switch name {
      case "max-age", "s-maxage":
        let value = CacheControl.trimmed(parts.count > 1 ? parts[1] : "")
        // The first one counts.
        if maximumAgeSeconds == nil { setAge(value) }
      case "must-revalidate": mustRevalidate = true
      case "no-cache", "no-store": isNotCached = true
      default: break
      }
    }
  }

  private mutating func setAge(_ text: Substring) {
    var text = text
    if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
      isMalformed = true
      return
    }
    // More than a year is a year.
    maximumAgeSeconds = min(Int(text) ?? .max, 31_536_000)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
