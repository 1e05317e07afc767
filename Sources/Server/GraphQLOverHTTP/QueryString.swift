import Engine
import JSON

/// The query of a URL as `application/x-www-form-urlencoded`, read where it is asked for.
struct QueryString: Hashable, Sendable {
  private let text: String

  init(_ text: String) {
    self.text = text
  }

  /// The first value of a parameter, decoded; nil where it is absent.
  func value(of name: String) throws(RequestError) -> String? {
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      guard try QueryString.decoded(parts[0], plusIsSpace: true).hasSameBytes(as: name) else {
        continue
      }
      return parts.count > 1 ? try QueryString.decoded(parts[1], plusIsSpace: true) : ""
    }
    return nil
  }

  /// All parameters in their order, decoded; one without `=` has an empty value.
  func parameters() throws(RequestError) -> [(name: String, value: String)] {
    var parameters: [(name: String, value: String)] = []
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      let value = parts.count > 1 ? try QueryString.decoded(parts[1], plusIsSpace: true) : ""
      parameters.append((try QueryString.decoded(parts[0], plusIsSpace: true), value))
    }
    return parameters
  }

  /// A segment of a path, in which a plus is a plus.
  static func segment(_ text: Substring) throws(RequestError) -> String {
    try decoded(text.utf8, plusIsSpace: false)
  }

  /// Whether a parameter without value, or with `true`, is there: `?strict=true`.
  func flag(_ name: String) -> Bool {
    guard let text = (try? value(of: name)) ?? nil else { return false }
    return text.isEmpty || text == "true"
  }

  private static func decoded(
    _ text: Substring.UTF8View,
    plusIsSpace: Bool
  ) throws(RequestError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst()?.hexadecimalDigit,
          let low = rest.popFirst()?.hexadecimalDigit
        else { throw QueryString.malformed }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw QueryString.malformed
    }
    return decoded
  }

  private static let malformed = RequestError(
    .badRequest,
    "the query string is not percent-encoded UTF-8"
  )
}

extension UInt8 {
  fileprivate var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
