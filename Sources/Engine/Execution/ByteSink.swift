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
    if count + length <= capacity, let bytes { memcpy(start + count, bytes, length) }
    count += length
  }

  mutating func write(_ text: StaticString) {
    write(text.utf8Start, text.utf8CodeUnitCount)
  }
}
