import HTTP
import JSON

/// Where in a request the token stands: `header` of the configuration.
package enum TokenLocation: Hashable, Sendable {
  case authorization
  case cookie(String)
  /// A header of that name in small letters, which is the token and nothing else.
  case header(String)

  init(_ value: JSONValue?) throws(ConfigurationError) {
    guard let value, !value.isNull else {
      self = .authorization
      return
    }
    let name = value["name"]?.string ?? ""
    switch value["type"]?.string?.lowercased() {
    case "authorization": self = .authorization
    case "cookie" where !name.isEmpty: self = .cookie(name)
    case "customheader" where !name.isEmpty: self = .header(name.lowercased())
    case "cookie", "customheader":
      throw ConfigurationError("header: the type needs a 'name'")
    default:
      throw ConfigurationError(
        "header: expected 'type' is 'Authorization', 'Cookie' or 'CustomHeader'"
      )
    }
  }

  /// What stands there: more than one where the request has it more than once.
  func tokens(in headers: HTTPHeaders) -> [ArraySlice<UInt8>] {
    switch self {
    case .authorization: headers.allBytes("authorization")
    case .header(let name): headers.allBytes(name)
    case .cookie(let name):
      headers.allBytes("cookie").flatMap { TokenLocation.cookies(name, in: $0) }
    }
  }

  private static func cookies(
    _ name: String,
    in header: ArraySlice<UInt8>
  ) -> [ArraySlice<UInt8>] {
    header.split(separator: UInt8(ascii: ";")).compactMap { pair in
      let pair = pair.drop { $0 == 0x20 || $0 == 0x09 }
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
        pair[..<equals].elementsEqual(name.utf8)
      else { return nil }
      var value = pair[(equals + 1)...]
      while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
      if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
        value = value.dropFirst().dropLast()
      }
      return value
    }
  }

  /// The token of a header's value; nil where the value is not `Bearer` and one word.
  func token(of value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard self == .authorization else { return value }
    let words = value.split { $0 == 0x20 || $0 == 0x09 }
    guard words.count == 2, words[0].elementsEqual("Bearer".utf8) else { return nil }
    return words[1]
  }
}
