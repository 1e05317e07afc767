/// A place in a JSON text where RFC 8259, or a limit of the parser, does not allow what stands there.
package struct JSONError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case unexpectedByte(UInt8)
    case unexpectedEnd
    case invalidNumber
    case invalidEscape
    case invalidUTF8
    /// U+0000, which PostgreSQL cannot store.
    case nullCharacter
    case loneSurrogate
    case controlCharacter
    case tooDeep(limit: Int)
    case trailingBytes
  }

  package var reason: Reason
  /// Byte offset from the start of the text.
  package var offset: Int

  init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    let what =
      switch reason {
      case .unexpectedByte(let byte) where byte > 0x20 && byte < 0x7F:
        "unexpected character '\(Unicode.Scalar(byte))'"
      case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
      case .unexpectedEnd: "unexpected end of the text"
      case .invalidNumber: "invalid number"
      case .invalidEscape: "invalid escape in a string"
      case .invalidUTF8: "invalid UTF-8"
      case .nullCharacter: "the character U+0000 is not allowed"
      case .loneSurrogate: "a surrogate without its partner"
      case .controlCharacter: "an unescaped control character in a string"
      case .tooDeep(let limit): "nested deeper than \(limit) levels"
      case .trailingBytes: "text after the end of the value"
      }
    return "\(what) at byte \(offset)"
  }
}
