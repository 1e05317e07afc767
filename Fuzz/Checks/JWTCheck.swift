import Authentication
import JSON

/// Tokens out of any bytes: what is taken to pieces is what was put together, and a moment or a path
/// is read without a trap.
enum JWTCheck {
  static func run(_ bytes: [UInt8]) {
    checkBase64(bytes)
    _ = CompactToken.unverifiedIssuer(bytes[...])
    if let token = try? CompactToken(bytes[...]) {
      let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      precondition(parts.count == 3, "a token of another number of parts")
      precondition(Base64URL.encode(token.payload) == Array(parts[1]), "another payload")
      precondition(Base64URL.encode(token.signature) == Array(parts[2]), "another signature")
      precondition(
        token.signed.elementsEqual(bytes[..<parts[1].endIndex]),
        "the signature is of something else"
      )
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    if let number = JSONNumber(text) { checkDate(number) }
    if let path = ClaimPath(text) {
      precondition(path.path.steps.count <= bytes.count, "a path of more steps than bytes")
    }
    _ = try? JWTConfiguration.parse(text)
  }

  /// Exactly one text stands for some bytes.
  private static func checkBase64(_ bytes: [UInt8]) {
    let text = Base64URL.encode(bytes)
    precondition(Base64URL.decode(text[...]) == bytes, "base64url loses bytes")
    if let decoded = Base64URL.decode(bytes[...]) {
      precondition(Base64URL.encode(decoded) == bytes, "two texts for the same bytes")
    }
  }

  private static func checkDate(_ number: JSONNumber) {
    let milliseconds = NumericDate(number).milliseconds
    guard let seconds = number.int, seconds.magnitude < 1 << 50 else { return }
    precondition(milliseconds == seconds * 1000, "another moment")
  }
}
