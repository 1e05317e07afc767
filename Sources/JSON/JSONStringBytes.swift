/// The bytes of a JSON string that do not stand for themselves: quotes, backslashes and controls.
enum JSONStringBytes {
  /// The place of the first of them from `start` on; the count of bytes where there is none.
  ///
  /// Eight bytes at a time, since nearly all strings are without.
  static func firstSpecial(in bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = unsafe bytes.bytes
    while index <= bytes.count - 8 {
      let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      let found = specials(in: UInt64(littleEndian: word))
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, !isSpecial(bytes[index]) { index += 1 }
    return index
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// The high bits of the special bytes of eight; 0 where there are none.
  ///
  /// The cells of answers are looked at by the same test in a place of their own: from here it would not be
  /// inlined there, and answers of many cells took 1.6 % more instructions.
  ///
  /// The classic test for a zero byte, `(x - 1) & ~x & 0x80`, on the word xor-ed with each; it may
  /// take a byte for one that is none only behind one that is, so that the first is right.
  @inline(__always) private static func specials(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let below = (word &- ones &* 0x20) & ~word
    return (below | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & high
  }
}
