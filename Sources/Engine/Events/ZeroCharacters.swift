// What a webhook says may have a character in it that JSON allows and PostgreSQL refuses.
extension [UInt8] {
  /// JSON with U+FFFD in the place of each U+0000.
  func replacingZeroCharacters() -> [UInt8] {
    let zero = Array("u0000".utf8)
    guard firstRange(ofEscape: zero, from: 0) != nil else { return self }
    var copy = self
    var start = 0
    while let range = copy.firstRange(ofEscape: zero, from: start) {
      copy.replaceSubrange(range, with: "ufffd".utf8)
      start = range.upperBound
    }
    return copy
  }

  /// Where the escape stands first, without its backslash.
  private func firstRange(ofEscape escape: [UInt8], from start: Int) -> Range<Int>? {
    var index = start
    while index < count {
      guard self[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      // A backslash takes what follows along: another one begins no escape.
      let range = (index + 1)..<(index + 1 + escape.count)
      if range.upperBound <= count, self[range].elementsEqual(escape) { return range }
      index += 2
    }
    return nil
  }
}
