/// Lines of numbers, handed on in large pieces.
///
/// What digests are made of: a line for each event costs less than the event itself.
package final class LineSink {
  private static let size = 1 << 16
  /// More than any line takes.
  private static let reserve = 256

  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private let flushed: (UnsafeRawBufferPointer) -> Void
  /// The two digits of each number below 100.
  private let pairs: UnsafeMutablePointer<UInt8>

  package init(_ flushed: @escaping (UnsafeRawBufferPointer) -> Void) {
    buffer = .allocate(capacity: Self.size)
    pairs = .allocate(capacity: 200)
    for number in 0..<100 {
      pairs[number * 2] = UInt8(ascii: "0") + UInt8(number / 10)
      pairs[number * 2 + 1] = UInt8(ascii: "0") + UInt8(number % 10)
    }
    self.flushed = flushed
  }

  deinit {
    buffer.deallocate()
    pairs.deallocate()
  }

  package func flush() {
    flushed(UnsafeRawBufferPointer(start: buffer, count: count))
    count = 0
  }

  @inline(__always)
  func append(_ number: Int64, then separator: UInt8) {
    var rest = number.magnitude
    if number < 0 {
      buffer[count] = UInt8(ascii: "-")
      count &+= 1
    }
    let digits = Self.digits(of: rest)
    var place = count &+ digits
    while rest >= 100 {
      let quotient = rest / 100
      let pair = Int(truncatingIfNeeded: rest &- quotient &* 100)
      rest = quotient
      place &-= 2
      buffer[place] = pairs[pair &* 2]
      buffer[place &+ 1] = pairs[pair &* 2 &+ 1]
    }
    if rest >= 10 {
      buffer[place &- 2] = pairs[Int(rest) &* 2]
      buffer[place &- 1] = pairs[Int(rest) &* 2 &+ 1]
    } else {
      buffer[place &- 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest)
    }
    count &+= digits
    buffer[count] = separator
    count &+= 1
  }

  @inline(__always)
  private static func digits(of number: UInt64) -> Int {
    var digits = 1
    var limit: UInt64 = 10
    while number >= limit {
      digits &+= 1
      if digits == 20 { break }
      limit &*= 10
    }
    return digits
  }

  /// Ends a line.
  @inline(__always)
  func endLine() {
    buffer[count &- 1] = UInt8(ascii: "\n")
    if count > Self.size &- Self.reserve { flush() }
  }
}
