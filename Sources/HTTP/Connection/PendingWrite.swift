import CUV

/// What a socket did not take at once; libuv reads it where it lies until it has gone.
final class PendingWrite {
  private let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
  private let head: [UInt8]
  private let body: [UInt8]
  private let offset: Int
  private var whenDone: ((Int32) -> Void)?

  /// The bytes of both from an offset on.
  init(_ head: [UInt8], _ body: [UInt8], from offset: Int) {
    // The head is the listener's buffer, which is written again soon: it is small, so copy it.
    self.head = Array(head.dropFirst(offset))
    self.body = body
    self.offset = max(offset - head.count, 0)
  }

  deinit { request.deallocate() }

  /// Has libuv write the bytes and call back on the loop, with its status; false where it refuses.
  func start(
    on stream: UnsafeMutablePointer<uv_stream_t>,
    whenDone: @escaping (Int32) -> Void
  ) -> Bool {
    self.whenDone = whenDone
    request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    // The storage of an array stays where it is as long as it is held and not changed: by this
    // object, until the callback.
    var buffers: [uv_buf_t] = []
    head.withUnsafeBytes { if !$0.isEmpty { buffers.append(Self.buffer($0)) } }
    body.withUnsafeBytes { body in
      if body.count > offset {
        buffers.append(Self.buffer(UnsafeRawBufferPointer(rebasing: body[offset...])))
      }
    }
    let status = uv_write(request, stream, buffers, UInt32(buffers.count)) { request, status in
      let write = Unmanaged<PendingWrite>.fromOpaque(request!.pointee.data).takeRetainedValue()
      write.whenDone?(status)
    }
    if status < 0 { Unmanaged.passUnretained(self).release() }
    return status >= 0
  }

  private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
    uv_buf_t(
      base: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?
        .assumingMemoryBound(to: CChar.self),
      len: bytes.count
    )
  }
}
