/// How values of a type are ordered, as far as it can be told from PostgreSQL's texts, and exactly.
package enum ValueOrder: Hashable, Sendable {
  case integer
  /// `numeric`.
  case decimal
  case date
  /// Without a zone.
  case timestamp
  case timestampWithZone
  case uuid

  /// By the type's number in `pg_type`; nil where only PostgreSQL knows the order.
  package init?(type: UInt32) {
    switch type {
    case 20, 21, 23: self = .integer
    case 1700: self = .decimal
    case 1082: self = .date
    case 1114: self = .timestamp
    case 1184: self = .timestampWithZone
    case 2950: self = .uuid
    default: return nil
    }
  }

  /// By the type's name in `pg_type`.
  package init?(typeName: String) {
    switch typeName {
    case "int2", "int4", "int8": self = .integer
    case "numeric": self = .decimal
    case "date": self = .date
    case "timestamp": self = .timestamp
    case "timestamptz": self = .timestampWithZone
    case "uuid": self = .uuid
    default: return nil
    }
  }

  /// Whether one value comes before another; nil where one of them is not written like most, such as an
  /// infinity.
  package func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool? {
    switch self {
    case .integer:
      guard let first = Self.integer(first), let second = Self.integer(second) else { return nil }
      return first < second
    case .decimal:
      guard let first = DecimalDigits(first), let second = DecimalDigits(second) else { return nil }
      return first < second
    case .date, .timestamp, .timestampWithZone:
      guard let first = Moment(first, self), let second = Moment(second, self) else { return nil }
      return first < second
    case .uuid:
      guard Self.isUUID(first), Self.isUUID(second) else { return nil }
      // What makes a letter small leaves digits and signs as they are.
      return first.lexicographicallyPrecedes(second) { $0 | 0x20 < $1 | 0x20 }
    }
  }

  /// Nil for what is no number or has more than 64 bits.
  private static func integer(_ text: [UInt8]) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty else { return nil }
    // Below zero, where there is one number more.
    var number = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      let (tenfold, isTooMuch) = number.multipliedReportingOverflow(by: 10)
      let (next, isStillTooMuch) = tenfold.subtractingReportingOverflow(Int(byte & 0x0F))
      guard !isTooMuch, !isStillTooMuch else { return nil }
      number = next
    }
    if isNegative { return number }
    return number == .min ? nil : -number
  }

  /// In the form that PostgreSQL writes, in letters of either size.
  private static func isUUID(_ text: [UInt8]) -> Bool {
    guard text.count == 36 else { return false }
    for (index, byte) in text.enumerated() {
      switch byte {
      case 0x30...0x39, 0x61...0x66, 0x41...0x46: break
      case UInt8(ascii: "-") where index == 8 || index == 13 || index == 18 || index == 23: break
      default: return false
      }
    }
    return true
  }
}

/// A decimal number's digits, without zeros that say nothing.
private struct DecimalDigits: Comparable {
  let isNegative: Bool
  let whole: ArraySlice<UInt8>
  let fraction: ArraySlice<UInt8>

  /// Nil for what has an exponent or is no number.
  init?(_ text: [UInt8]) {
    var rest = text[...]
    let isSigned = rest.first == UInt8(ascii: "-")
    if isSigned || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let point = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
    let (left, right) = (rest[..<point], rest[point...].dropFirst())
    guard !left.isEmpty || !right.isEmpty,
      left.allSatisfy({ (0x30...0x39).contains($0) }),
      right.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    whole = left.drop { $0 == 0x30 }
    let end = right.lastIndex { $0 != 0x30 }.map { $0 + 1 } ?? right.startIndex
    fraction = right[..<end]
    isNegative = isSigned && !(whole.isEmpty && fraction.isEmpty)
  }

  static func < (first: Self, second: Self) -> Bool {
    guard first.isNegative == second.isNegative else { return first.isNegative }
    return first.isNegative
      ? second.isShorter(than: first) : first.isShorter(than: second)
  }

  /// Whether it is nearer to zero.
  private func isShorter(than other: Self) -> Bool {
    if whole.count != other.whole.count { return whole.count < other.whole.count }
    if !whole.elementsEqual(other.whole) { return whole.lexicographicallyPrecedes(other.whole) }
    return fraction.lexicographicallyPrecedes(other.fraction)
  }
}

/// A date or time of the years 1 to 9999, in microseconds since the year 0.
private struct Moment: Comparable {
  private let microseconds: Int

  /// Nil for eras, infinities, other years, and for what has to have a zone and has none.
  init?(_ text: [UInt8], _ order: ValueOrder) {
    var reader = DigitReader(text)
    guard let year = reader.number(digits: 4), year > 0, reader.take("-"),
      let month = reader.number(digits: 2), (1...12).contains(month), reader.take("-"),
      let day = reader.number(digits: 2), (1...31).contains(day)
    else { return nil }
    let date = Self.days(year, month, day) * 86_400_000_000
    if reader.isAtEnd || order == .date {
      // Of a time PostgreSQL takes the date.
      guard order != .timestampWithZone, !text.contains(UInt8(ascii: "B")) else { return nil }
      microseconds = date
      return
    }
    guard reader.take(" ") || reader.take("T"), let time = reader.time() else { return nil }
    let zone = reader.isAtEnd ? nil : reader.zone()
    guard reader.isAtEnd, zone != nil || order == .timestamp else { return nil }
    // A time without a zone has none, whatever is written behind it.
    microseconds = date + time - (order == .timestamp ? 0 : zone ?? 0)
  }

  static func < (first: Self, second: Self) -> Bool { first.microseconds < second.microseconds }

  /// Since the first of March of the year 0, of the Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let years = month > 2 ? year : year - 1
    let months = (month + 9) % 12
    return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1
  }
}

/// Reads numbers of so many digits, and signs between them.
private struct DigitReader {
  private let text: [UInt8]
  private var index = 0

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard index < text.count, text[index] == UInt8(ascii: sign) else { return false }
    index += 1
    return true
  }

  mutating func number(digits count: Int) -> Int? {
    guard text.count - index >= count else { return nil }
    var number = 0
    for _ in 0..<count {
      guard (0x30...0x39).contains(text[index]) else { return nil }
      number = number * 10 + Int(text[index] - 0x30)
      index += 1
    }
    return number
  }

  /// In microseconds; nil where there are digits beyond them, which PostgreSQL rounds.
  mutating func time() -> Int? {
    guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2) else {
      return nil
    }
    var seconds = 0
    var fraction = 0
    if take(":") {
      guard let whole = number(digits: 2) else { return nil }
      seconds = whole
      if take(".") {
        var place = 100_000
        while let digit = number(digits: 1) {
          guard place > 0 else { return nil }
          fraction += digit * place
          place /= 10
        }
      }
    }
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction
  }

  /// East of Greenwich, in microseconds.
  mutating func zone() -> Int? {
    if take("Z") || take("z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(digits: 2) else { return nil }
    var offset = hours * 3600
    if !isAtEnd {
      _ = take(":")
      guard let minutes = number(digits: 2) else { return nil }
      offset += minutes * 60
    }
    if take(":") {
      guard let seconds = number(digits: 2) else { return nil }
      offset += seconds
    }
    return (isWest ? -offset : offset) * 1_000_000
  }
}
