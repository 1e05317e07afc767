import Glibc

/// Writes into memory of a fixed size and goes on counting when that is full.
///
/// What does not fit is dropped, and the writer learns afterwards how much memory it would have
/// taken: one comparison a write, and no growth in the middle of a row.
struct ByteSink {
  private let start: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  /// The bytes written, or those that would have been.
  private(set) var count = 0

  init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    // A buffer without memory has no capacity either: nothing is written through the pointer.
    start = memory.baseAddress ?? UnsafeMutablePointer(bitPattern: 1)!
    capacity = memory.count
  }

  var hasOverflowed: Bool { count > capacity }

  @inline(__always) mutating func write(_ byte: UInt8) {
    if count < capacity { start[count] = byte }
    count += 1
  }

  @inline(__always) mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    write(bytes.baseAddress, bytes.count)
  }

  @inline(__always) mutating func write(_ bytes: UnsafePointer<UInt8>?, _ length: Int) {
    if count + length <= capacity, let bytes { Self.copy(bytes, to: start + count, length) }
    count += length
  }

  /// Writes bytes between two quotes.
  @inline(__always) mutating func writeQuoted(_ bytes: UnsafeBufferPointer<UInt8>) {
    let length = bytes.count + 2
    if count + length <= capacity {
      let target = start + count
      target[0] = UInt8(ascii: "\"")
      if let source = bytes.baseAddress { Self.copy(source, to: target + 1, bytes.count) }
      target[length - 1] = UInt8(ascii: "\"")
    }
    count += length
  }

  /// Writes a time with an offset in whole hours between two quotes: `T` for the space at the place, and
  /// the minutes of the offset.
  @inline(__always) mutating func writeQuotedTime(
    _ bytes: UnsafeBufferPointer<UInt8>,
    spaceAt space: Int
  ) {
    let length = bytes.count + 5
    if count + length <= capacity, let source = bytes.baseAddress {
      let target = start + count
      target[0] = UInt8(ascii: "\"")
      Self.copy(source, to: target + 1, bytes.count)
      target[1 + space] = UInt8(ascii: "T")
      let rest = target + 1 + bytes.count
      rest[0] = UInt8(ascii: ":")
      rest[1] = UInt8(ascii: "0")
      rest[2] = UInt8(ascii: "0")
      rest[3] = UInt8(ascii: "\"")
    }
    count += length
  }

  /// Most names and cells are shorter than a call of `memcpy` is worth.
  ///
  /// Two words that overlap cover every length between one word and two.
  @inline(__always) private static func copy(
    _ bytes: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>,
    _ length: Int
  ) {
    guard length <= 32 else {
      memcpy(target, bytes, length)
      return
    }
    if length > 16 {
      copyWord(SIMD2<UInt64>.self, bytes, to: target, 0)
      copyWord(SIMD2<UInt64>.self, bytes, to: target, length - 16)
    } else if length >= 8 {
      copyWord(UInt64.self, bytes, to: target, 0)
      copyWord(UInt64.self, bytes, to: target, length - 8)
    } else if length >= 4 {
      copyWord(UInt32.self, bytes, to: target, 0)
      copyWord(UInt32.self, bytes, to: target, length - 4)
    } else {
      for index in 0..<length { target[index] = bytes[index] }
    }
  }

  @inline(__always) private static func copyWord<Word: BitwiseCopyable>(
    _ type: Word.Type,
    _ bytes: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>,
    _ offset: Int
  ) {
    let word = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: type)
    UnsafeMutableRawPointer(target).storeBytes(of: word, toByteOffset: offset, as: type)
  }

  mutating func write(_ text: StaticString) {
    write(text.utf8Start, text.utf8CodeUnitCount)
  }
}
