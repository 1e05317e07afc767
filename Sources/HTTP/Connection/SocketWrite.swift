import CUV

/// What became of bytes that were given to a socket.
enum SocketWrite {
  case done
  /// The socket did not take all: the rest is to be started.
  case pending(PendingWrite)
  case failed
}

extension UnsafeMutablePointer<uv_tcp_t> {
  var asStream: UnsafeMutablePointer<uv_stream_t> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_stream_t.self)
  }

  /// Writes both, one after the other, as far as the socket takes them; none may be under way.
  func write(_ head: [UInt8], _ body: [UInt8]) -> SocketWrite {
    let written = head.withUnsafeBytes { head in
      body.withUnsafeBytes { body in
        var buffers = (PendingWrite.buffer(head), PendingWrite.buffer(body))
        return withUnsafeMutableBytes(of: &buffers) { buffers in
          uv_try_write(
            asStream,
            buffers.baseAddress?.assumingMemoryBound(to: uv_buf_t.self),
            body.isEmpty ? 1 : 2
          )
        }
      }
    }
    if written == head.count + body.count { return .done }
    if written < 0 && written != UV_EAGAIN.rawValue { return .failed }
    return .pending(PendingWrite(head, body, from: max(Int(written), 0)))
  }

  /// Ends our side when all is written; says whether that can be done.
  func endWriting() -> Bool {
    let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
    if uv_shutdown(request, asStream, { request, _ in request?.deallocate() }) == 0 { return true }
    request.deallocate()
    return false
  }

  /// Bytes that libuv has yet to write.
  var unwrittenByteCount: Int { uv_stream_get_write_queue_size(asStream) }
}
