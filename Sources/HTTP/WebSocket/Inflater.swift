import CZlib

/// Undoes permessage-deflate, RFC 7692, for the connections of a loop.
///
/// Each message begins anew (`client_no_context_takeover`), so that one set of zlib's tables does for
/// all and an idle connection has none.
final class Inflater {
  private var stream: UnsafeMutablePointer<z_stream>?

  deinit {
    guard let stream else { return }
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The message that was compressed; thrown are the closes for what is too large or is none.
  func inflate(_ bytes: [UInt8], limit: Int) throws(WebSocketClose) -> [UInt8] {
    guard let stream = prepared() else { throw WebSocketClose(1011, "out of memory") }
    // What the sender leaves out at the end of each message: section 7.2.2.
    let pieces = [bytes, [0x00, 0x00, 0xFF, 0xFF]]
    var message: [UInt8] = []
    for piece in pieces {
      let status = inflate(piece, stream, limit: limit, into: &message)
      guard message.count <= limit else { throw .tooLarge }
      // A final block is allowed, and nothing counts after it.
      if status == Z_STREAM_END { break }
      guard status == Z_OK || status == Z_BUF_ERROR else { throw .invalidCompression }
    }
    return message
  }

  private func inflate(
    _ input: [UInt8],
    _ stream: UnsafeMutablePointer<z_stream>,
    limit: Int,
    into message: inout [UInt8]
  ) -> Int32 {
    input.withUnsafeBufferPointer { input in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = UInt32(truncatingIfNeeded: input.count)
      var status = Z_OK
      repeat {
        // One byte more than allowed shows that there is too much, and that is all that is made.
        let room = min(16 << 10, limit + 1 - message.count)
        guard room > 0 else { return Z_OK }
        let chunk = [UInt8](unsafeUninitializedCapacity: room) { output, count in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(room)
          status = CZlib.inflate(stream, Z_SYNC_FLUSH)
          count = room - Int(stream.pointee.avail_out)
        }
        message.append(contentsOf: chunk)
      } while status == Z_OK && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
      return status
    }
  }

  private func prepared() -> UnsafeMutablePointer<z_stream>? {
    if let stream { return inflateReset(stream) == Z_OK ? stream : nil }
    let made = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    made.initialize(to: z_stream())
    // Raw data in a window of 15 bits, which reads smaller ones too.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(made, -15, ZLIB_VERSION, size) == Z_OK else {
      made.deallocate()
      return nil
    }
    stream = made
    return made
  }
}
