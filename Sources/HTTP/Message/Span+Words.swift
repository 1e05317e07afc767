extension Span<UInt8> {
  /// Whether the bytes are the same.
  func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[unchecked: index] != other[unchecked: index] { return false }
    return true
  }

  /// Whether the bytes are the same but for the case of ASCII letters.
  func isSameWord(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count {
      let (one, two) = (self[unchecked: index], other[unchecked: index])
      guard one == two || one ^ two == 0x20 && (one | 0x20) &- 0x61 < 26 else { return false }
    }
    return true
  }

  /// Whether there is none of the bytes that text of one line does not have; a tab may be.
  var hasNoControls: Bool {
    for index in 0..<count {
      let byte = self[unchecked: index]
      if byte < 0x20 && byte != 0x09 || byte == 0x7F { return false }
    }
    return true
  }
}
