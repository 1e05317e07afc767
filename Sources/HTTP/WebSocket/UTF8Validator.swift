/// Whether bytes that come in pieces are UTF-8: RFC 3629, so neither surrogates nor overlong forms.
package struct UTF8Validator: Hashable, Sendable {
  /// Bytes that the character begun still needs, and the range that the next one has to be in.
  private var missing = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF

  package init() {}

  /// Whether no character is left unfinished.
  package var isComplete: Bool { missing == 0 }

  /// Takes more bytes; false as soon as one of them cannot stand where it does.
  package mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    let count = bytes.count
    while index < count {
      if missing == 0 {
        index = Self.endOfASCII(bytes, from: index)
        if index == count { return true }
        guard begin(bytes[index]) else { return false }
      } else {
        guard bytes[index] >= low, bytes[index] <= high else { return false }
        missing -= 1
        (low, high) = (0x80, 0xBF)
      }
      index += 1
    }
    return true
  }

  /// Eight bytes at a time: most messages are nothing else.
  private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 != 0 { break }
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80 { index += 1 }
    return index
  }

  /// Takes the first byte of a character of more than one.
  private mutating func begin(_ byte: UInt8) -> Bool {
    (low, high) = (0x80, 0xBF)
    switch byte {
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, low) = (2, 0xA0)
    case 0xED: (missing, high) = (2, 0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, low) = (3, 0x90)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, high) = (3, 0x8F)
    default: return false
    }
    return true
  }
}
