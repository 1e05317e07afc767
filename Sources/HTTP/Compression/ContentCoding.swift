/// A way to make a body smaller that client and server agree on.
package enum ContentCoding: String, Hashable, Sendable {
  case gzip
  case deflate

  /// The coding that the client likes best, gzip where it likes both as well; `nil` to send the
  /// body as it is (RFC 9110, section 12.5.3).
  package init?(accepted headers: HTTPHeaders) {
    // Asked for by index, as most requests have one such field or none.
    guard headers.firstIndex(of: "accept-encoding") != nil else { return nil }
    var gzip: Int?
    var deflate: Int?
    var any = 0
    for value in headers.allBytes("accept-encoding") {
      for item in value.split(separator: UInt8(ascii: ",")) {
        let parts = item.split(separator: UInt8(ascii: ";")).map(Self.trimmed)
        guard let name = parts.first else { continue }
        let weight = Self.weight(parts.dropFirst())
        if Self.isSame(name, "gzip") || Self.isSame(name, "x-gzip") { gzip = weight }
        if Self.isSame(name, "deflate") { deflate = weight }
        if Self.isSame(name, "*") { any = weight }
      }
    }
    let (first, second) = (gzip ?? any, deflate ?? any)
    guard max(first, second) > 0 else { return nil }
    self = first >= second ? .gzip : .deflate
  }

  /// `q=0.5` as 500; 1000 without it, 0 where it cannot be read.
  private static func weight(_ parameters: ArraySlice<ArraySlice<UInt8>>) -> Int {
    for parameter in parameters where parameter.count >= 2 {
      let start = parameter.startIndex
      guard HTTPHeaders.lowercased(parameter[start]) == UInt8(ascii: "q") else { continue }
      guard parameter[start + 1] == UInt8(ascii: "=") else { continue }
      var weight = 0
      var scale = 1000
      for (place, byte) in parameter[(start + 2)...].prefix(5).enumerated() {
        if place == 1 && byte == UInt8(ascii: ".") { continue }
        guard byte &- 0x30 < 10, place == 0 || scale > 1 else { return 0 }
        if place > 0 { scale /= 10 }
        weight += Int(byte &- 0x30) * scale
      }
      return min(weight, 1000)
    }
    return 1000
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var bytes = bytes.drop(while: isSpace)
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }

  private static func isSame(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
    bytes.count == word.utf8.count
      && zip(bytes, word.utf8).allSatisfy { HTTPHeaders.lowercased($0) == $1 }
  }
}
