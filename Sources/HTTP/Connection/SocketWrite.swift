import CUV
import Glibc

/// What became of bytes that were given to a socket.
enum SocketWrite {
  case done
  /// The socket did not take all: the rest is to be started.
  case pending(PendingWrite)
  case failed
}

extension SocketWrite {
  /// Writes both, one after the other, as far as the socket takes them; libuv may have nothing of its
  /// own to write.
  ///
  /// By the system's own call: of many sockets that get the same, libuv's handles are memory that nobody
  /// has touched lately, and `send` does without the file behind the socket, which `write` looks up.
  init(_ descriptor: Int32, _ head: [UInt8], _ body: [UInt8]) {
    var written = Self.send(descriptor, head, body)
    while written < 0, errno == EINTR { written = Self.send(descriptor, head, body) }
    if written == head.count + body.count {
      self = .done
    } else if written < 0, errno != EAGAIN {
      self = .failed
    } else {
      self = .pending(PendingWrite(head, body, from: max(written, 0)))
    }
  }

  private static func send(_ descriptor: Int32, _ head: [UInt8], _ body: [UInt8]) -> Int {
    let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
    return head.withUnsafeBytes { head in
      guard !body.isEmpty else {
        return Glibc.send(descriptor, head.baseAddress, head.count, flags)
      }
      return body.withUnsafeBytes { body in
        var parts = (Self.part(head), Self.part(body))
        return withUnsafeMutablePointer(to: &parts) { parts in
          var message = msghdr()
          message.msg_iov = UnsafeMutableRawPointer(parts).assumingMemoryBound(to: iovec.self)
          message.msg_iovlen = 2
          return sendmsg(descriptor, &message, flags)
        }
      }
    }
  }

  private static func part(_ bytes: UnsafeRawBufferPointer) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }
}

extension UnsafeMutablePointer<uv_tcp_t> {
  var asStream: UnsafeMutablePointer<uv_stream_t> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_stream_t.self)
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
