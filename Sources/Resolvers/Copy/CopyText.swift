/// Rows in the text format of PostgreSQL's `COPY`.
///
/// Values are text as PostgreSQL reads it; the format's own characters are escaped.
package struct CopyText: Sendable {
  package private(set) var bytes: [UInt8] = []
  package private(set) var rowCount = 0
  private var isRowOpen = false

  package init() {}

  /// Adds a field to the row; nil is NULL.
  package mutating func append(_ text: String?) {
    if isRowOpen { bytes.append(UInt8(ascii: "\t")) }
    isRowOpen = true
    guard var text else { return bytes.append(contentsOf: "\\N".utf8) }
    // Most texts are identifiers, times and numbers.
    let isPlain = text.withUTF8 { utf8 in
      guard utf8.allSatisfy({ $0 >= UInt8(ascii: " ") && $0 != UInt8(ascii: "\\") }) else {
        return false
      }
      bytes.append(contentsOf: utf8)
      return true
    }
    if isPlain { return }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      default: bytes.append(byte)
      }
    }
  }

  /// Adds a number that was computed, rounded to so many places; NULL where it is none or too large.
  mutating func append(_ value: Double?, places: Int) {
    guard let value, let units = FixedPoint.units(value, places: places) else {
      return append(String?.none)
    }
    if isRowOpen { bytes.append(UInt8(ascii: "\t")) }
    isRowOpen = true
    FixedPoint.append(units, places: places, to: &bytes)
  }

  package mutating func append(_ number: ExactDecimal?) {
    append(number?.description)
  }

  package mutating func append(_ time: Timestamp?) {
    append(time?.description)
  }

  package mutating func endRow() {
    bytes.append(UInt8(ascii: "\n"))
    isRowOpen = false
    rowCount += 1
  }
}
