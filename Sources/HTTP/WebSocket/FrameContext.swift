import CWslay

/// wslay's reader of frames, fed from memory.
///
/// Between two frames it remembers nothing, so that a few of them serve many idle connections: see
/// ``FrameContextPool``.
final class FrameContext {
  /// What wslay may take next.
  private struct Input {
    var bytes: UnsafeRawPointer?
    var count = 0
  }

  enum Outcome {
    case needsMoreBytes
    /// A frame's head with some of its payload, unmasked; the bytes are gone at the next call.
    case part(wslay_frame_iocb)
    /// Not a frame.
    case failure
  }

  private let context: OpaquePointer
  private let input = UnsafeMutablePointer<Input>.allocate(capacity: 1)
  /// Bytes that wslay has taken and that belong to no complete frame.
  private var pendingByteCount = 0

  /// Nil when there is no memory.
  init?() {
    input.initialize(to: Input())
    var context: OpaquePointer?
    var callbacks = wslay_frame_callbacks(
      send_callback: { _, _, _, _ in -1 },
      recv_callback: { buffer, capacity, _, data in
        guard let input = data?.assumingMemoryBound(to: Input.self),
          let bytes = input.pointee.bytes, let buffer
        else { return 0 }
        let count = min(capacity, input.pointee.count)
        if count > 0 {
          buffer.update(from: bytes.assumingMemoryBound(to: UInt8.self), count: count)
        }
        input.pointee.bytes = bytes + count
        input.pointee.count -= count
        return count
      },
      genmask_callback: { _, _, _ in -1 }
    )
    guard wslay_frame_context_init(&context, &callbacks, input) == 0, let context else {
      input.deallocate()
      return nil
    }
    self.context = context
  }

  deinit {
    wslay_frame_context_free(context)
    input.deallocate()
  }

  /// Whether the last frame was complete and nothing of another has come.
  var isBetweenFrames: Bool { pendingByteCount == 0 }

  /// Goes on with what wslay still holds and then with the input, from an offset that it moves.
  func next(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Outcome {
    let available = bytes.count - offset
    input.pointee = Input(bytes: bytes.baseAddress.map { $0 + offset }, count: available)
    var frame = wslay_frame_iocb()
    let status = wslay_frame_recv(context, &frame)
    let taken = available - input.pointee.count
    offset += taken
    pendingByteCount += taken
    if status >= 0 { return .part(frame) }
    return status == Int(WSLAY_ERR_WANT_READ.rawValue) ? .needsMoreBytes : .failure
  }

  /// A frame with that payload has been taken whole.
  ///
  /// Its head is as long as it has to be: wslay refuses lengths that are written longer.
  func finish(payloadByteCount count: UInt64) {
    let lengthBytes = count < 126 ? 0 : count < 65536 ? 2 : 8
    pendingByteCount -= 2 + lengthBytes + 4 + Int(truncatingIfNeeded: count)
  }
}

/// The readers of a loop that no connection is using.
package final class FrameContextPool {
  private var idle: [FrameContext] = []

  package init() {}

  func take() -> FrameContext? { idle.popLast() ?? FrameContext() }

  /// Takes back a reader that is between frames.
  func giveBack(_ context: FrameContext) {
    if idle.count < 64 { idle.append(context) }
  }
}
