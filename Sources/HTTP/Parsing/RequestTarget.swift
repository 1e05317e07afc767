/// The target of a request line, RFC 9112, section 3.2: a path, or a whole URL, or `*`.
struct RequestTarget: Hashable {
  private(set) var path: String
  private(set) var query: String?

  init(_ bytes: ArraySlice<UInt8>, _ method: HTTPMethod) throws(HTTPRefusal) {
    // A fragment is never sent, and what is not printable ASCII has to be escaped.
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw HTTPRefusal(.malformed("target"))
    }
    var rest = bytes
    if rest.first != UInt8(ascii: "/") {
      if method == .options, rest.elementsEqual("*".utf8) {
        path = "*"
        return
      }
      rest = try Self.withoutAuthority(rest)
    }
    let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    path = rest.startIndex == end ? "/" : String(decoding: rest[..<end], as: UTF8.self)
    if end < rest.endIndex { query = String(decoding: rest[(end + 1)...], as: UTF8.self) }
  }

  /// What follows `http://host`.
  private static func withoutAuthority(
    _ bytes: ArraySlice<UInt8>
  ) throws(HTTPRefusal) -> ArraySlice<UInt8> {
    for scheme in ["http://", "https://"] {
      let authority = bytes.startIndex + scheme.utf8.count
      guard authority < bytes.endIndex else { continue }
      let isSame = zip(bytes, scheme.utf8).allSatisfy { HTTPHeaders.lowercased($0) == $1 }
      guard isSame, bytes[authority] != UInt8(ascii: "/") else { continue }
      let rest = bytes[authority...]
      return rest[
        (rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex)...
      ]
    }
    throw HTTPRefusal(.malformed("target"))
  }
}
