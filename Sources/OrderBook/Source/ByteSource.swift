/// Where the bytes of a stream come from, run by run.
package protocol ByteSource: AnyObject {
  /// The next run of bytes, never empty, valid until the next call; nil at the end.
  func next() throws(DBNError) -> UnsafeRawBufferPointer?
}

/// Bytes that are in memory.
package final class MemorySource: ByteSource {
  private let bytes: UnsafeMutableRawBufferPointer
  private let step: Int
  private var position = 0

  /// Hands the bytes out in runs of at most `step`.
  package init(_ bytes: [UInt8], step: Int = .max) {
    self.bytes = .allocate(byteCount: bytes.count, alignment: 16)
    self.bytes.copyBytes(from: bytes)
    self.step = step
  }

  deinit { bytes.deallocate() }

  package func next() throws(DBNError) -> UnsafeRawBufferPointer? {
    guard position < bytes.count else { return nil }
    let count = min(step, bytes.count - position)
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }
}
