import CZlib

/// Compresses what a loop's websockets send, permessage-deflate, RFC 7692.
///
/// A message is two short texts around one that many sockets may share. Deflate blocks can be put one
/// behind the other: so the short texts go in as they are, as stored blocks, and the shared one is
/// compressed once, however many sockets get it.
final class PayloadDeflater {
  private var streams: [Int: DeflateStream] = [:]
  /// What was compressed last: held, so that no other array takes its place in memory.
  private var last: (payload: [UInt8], windowBits: Int, deflated: [UInt8])?

  /// The message of the three, compressed; nil where it would not be smaller or cannot be made.
  func message(
    _ prefix: [UInt8],
    _ payload: [UInt8],
    _ suffix: [UInt8],
    windowBits: Int
  ) -> (head: [UInt8], deflated: [UInt8], tail: [UInt8])? {
    guard prefix.count <= 0xFFFF, suffix.count <= 0xFFFF else { return nil }
    guard let deflated = deflated(payload, windowBits), deflated.count + 16 < payload.count else {
      return nil
    }
    // The last byte begins an empty stored block, whose other four the receiver adds: section 7.2.1.
    return (Self.stored(prefix), deflated, Self.stored(suffix) + [0])
  }

  /// Forgets what was compressed last.
  func forget() { last = nil }

  private func deflated(_ payload: [UInt8], _ windowBits: Int) -> [UInt8]? {
    if let last, last.windowBits == windowBits, Self.isSame(last.payload, payload) {
      return last.deflated
    }
    if streams[windowBits] == nil { streams[windowBits] = DeflateStream(windowBits: windowBits) }
    guard let deflated = streams[windowBits]?.deflate(payload) else { return nil }
    last = (payload, windowBits, deflated)
    return deflated
  }

  /// Whether two arrays are one in memory.
  private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count
      && one.withUnsafeBufferPointer { one in
        other.withUnsafeBufferPointer { one.baseAddress == $0.baseAddress }
      }
  }

  /// A block that is not compressed, between two that end at whole bytes.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.isEmpty { return [] }
    let low = UInt8(truncatingIfNeeded: bytes.count)
    let high = UInt8(truncatingIfNeeded: bytes.count >> 8)
    return [0, low, high, ~low, ~high] + bytes
  }
}

/// One compressor of raw data.
private final class DeflateStream {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  /// Nil when there is no memory.
  init?(windowBits: Int) {
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream,
      Z_BEST_SPEED,
      Z_DEFLATED,
      -Int32(windowBits),
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    if status != Z_OK {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Blocks that refer to nothing before them and end at a whole byte.
  func deflate(_ bytes: [UInt8]) -> [UInt8]? {
    guard deflateReset(stream) == Z_OK, bytes.count < 1 << 30 else { return nil }
    // The bound is that of a stream which ends; a flush takes a few bytes more.
    let bound = Int(deflateBound(stream, UInt(bytes.count))) + 16
    var isWhole = false
    let deflated = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      bytes.withUnsafeBufferPointer { input in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(bound)
        let status = CZlib.deflate(stream, Z_SYNC_FLUSH)
        isWhole = status == Z_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0
        count = bound - Int(stream.pointee.avail_out)
      }
    }
    return isWhole ? deflated : nil
  }
}
