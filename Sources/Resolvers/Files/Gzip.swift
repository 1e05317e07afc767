import CZlib

/// Unpacks what gzip packed, by zlib.
package enum Gzip {
  /// Why some bytes are not what they should be.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// The contents of a gzip file of one member; refuses more than `limit` bytes, since a few packed
  /// ones may stand for very many.
  package static func unpack(_ bytes: [UInt8], limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    // 16 asks for gzip's own header.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
      throw Failure(description: "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    var unpacked: [UInt8] = []
    var code = Z_OK
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      while code == Z_OK && unpacked.count <= limit {
        let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { output, count in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          code = inflate(&stream, Z_NO_FLUSH)
          count = output.count - Int(stream.avail_out)
        }
        unpacked += chunk
      }
    }
    guard unpacked.count <= limit else {
      throw Failure(description: "it holds over \(limit) bytes")
    }
    guard code == Z_STREAM_END else { throw Failure(description: "it is not a whole gzip file") }
    return unpacked
  }
}
