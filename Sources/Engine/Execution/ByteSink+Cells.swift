import SQLCompiler

extension ByteSink {
  /// Writes the JSON of a value from the text that PostgreSQL sent for it.
  @inline(__always) mutating func write(
    _ cell: UnsafeBufferPointer<UInt8>,
    as encoding: ValueEncoding
  ) {
    switch encoding {
    case .number, .json, .viaToJSON, .viaGeoJSON: write(cell)
    case .numberOrSpecial: writeNumber(cell)
    case .boolean:
      if cell.first == UInt8(ascii: "t") { write("true") } else { write("false") }
    case .plainString: writeQuoted(cell)
    case .string, .upperString: writeString(cell)
    case .timestamp: writeTimestamp(cell, hasZone: false)
    case .timestampWithTimeZone: writeTimestamp(cell, hasZone: true)
    }
  }

  /// A number copied digit for digit; `NaN` and the infinities become strings.
  private mutating func writeNumber(_ cell: UnsafeBufferPointer<UInt8>) {
    // The first letter tells: digits end before "A", and only "-Infinity" has one in second place.
    let isSpecial =
      cell.count >= 3 && (cell[0] >= UInt8(ascii: "A") || cell[1] == UInt8(ascii: "I"))
    if isSpecial { writeQuoted(cell) } else { write(cell) }
  }

  /// A string, which mostly needs no escape.
  @inline(__always) private mutating func writeString(_ cell: UnsafeBufferPointer<UInt8>) {
    if Self.needsEscapes(cell) { writeEscaped(cell) } else { writeQuoted(cell) }
  }

  @inline(__always) private static func needsEscapes(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cell.count >= 8 else { return cell.contains(where: isEscaped) }
    var index = 0
    while index + 8 <= cell.count {
      if hasEscape(cell.eightBytes(at: index)) { return true }
      index += 8
    }
    // The last eight, some of which have been looked at.
    return index < cell.count && hasEscape(cell.eightBytes(at: cell.count - 8))
  }

  @inline(__always) private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// A string; runs that need no escape are copied in one go.
  private mutating func writeEscaped(_ cell: UnsafeBufferPointer<UInt8>) {
    write(UInt8(ascii: "\""))
    var run = 0
    var index = 0
    while index < cell.count {
      if cell.count - index >= 8, !Self.hasEscape(cell.eightBytes(at: index)) {
        index += 8
        continue
      }
      let byte = cell[index]
      if Self.isEscaped(byte) {
        write(UnsafeBufferPointer(rebasing: cell[run..<index]))
        writeEscape(byte)
        run = index + 1
      }
      index += 1
    }
    write(UnsafeBufferPointer(rebasing: cell[run..<cell.count]))
    write(UInt8(ascii: "\""))
  }

  /// Whether one of eight bytes is a quote, a backslash or below U+0020.
  ///
  /// The classic test for a zero byte, `(x - 1) & ~x & 0x80`, on the word xor-ed with each; it may
  /// take a byte for one that is none only behind one that is.
  @inline(__always) private static func hasEscape(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let below = (word &- ones &* 0x20) & ~word
    let found = below | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
    return found & high != 0
  }

  private mutating func writeEscape(_ byte: UInt8) {
    write(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): write(byte)
    case 0x08: write(UInt8(ascii: "b"))
    case 0x09: write(UInt8(ascii: "t"))
    case 0x0A: write(UInt8(ascii: "n"))
    case 0x0C: write(UInt8(ascii: "f"))
    case 0x0D: write(UInt8(ascii: "r"))
    default:
      write("u00")
      write(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
      let low = byte & 15
      write(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }

  /// A time as ISO 8601 has it: `T` for the first space, and minutes in every offset.
  ///
  /// `infinity` has no space and stays. An era stays behind the offset: `0044-03-15T12:00:00 BC`.
  @inline(__always) private mutating func writeTimestamp(
    _ cell: UnsafeBufferPointer<UInt8>,
    hasZone: Bool
  ) {
    // "2026-01-01 09:30:00+00", perhaps with fractions: nearly all are such.
    let length = cell.count
    if hasZone, length >= 22, cell[10] == UInt8(ascii: " "),
      cell[length - 3] == UInt8(ascii: "+") || cell[length - 3] == UInt8(ascii: "-")
    {
      writeQuotedTime(cell, spaceAt: 10)
    } else {
      writeAnyTimestamp(cell, hasZone: hasZone)
    }
  }

  private mutating func writeAnyTimestamp(_ cell: UnsafeBufferPointer<UInt8>, hasZone: Bool) {
    guard let space = cell.firstIndex(of: UInt8(ascii: " ")) else { return writeQuoted(cell) }
    write(UInt8(ascii: "\""))
    write(UnsafeBufferPointer(rebasing: cell[..<space]))
    write(UInt8(ascii: "T"))
    let time = UnsafeBufferPointer(rebasing: cell[(space + 1)...])
    let sign = time.lastIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    // "+05" ends the offset, or an era follows it; "+05:30" has its minutes.
    if hasZone, let sign, sign + 3 <= time.count,
      sign + 3 == time.count || time[sign + 3] != UInt8(ascii: ":")
    {
      write(UnsafeBufferPointer(rebasing: time[..<(sign + 3)]))
      write(":00")
      write(UnsafeBufferPointer(rebasing: time[(sign + 3)...]))
    } else {
      write(time)
    }
    write(UInt8(ascii: "\""))
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always) fileprivate func eightBytes(at offset: Int) -> UInt64 {
    UnsafeRawPointer(baseAddress!).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
