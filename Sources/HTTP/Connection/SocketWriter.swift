import CUV
import EventLoop

/// A connection that gives its socket one piece at a time; for its loop's thread only.
protocol SocketWriter: ServedConnection {
  var socket: UnsafeMutablePointer<uv_tcp_t> { get }
  /// That of the socket, beside its handle.
  var descriptor: Int32 { get }
  var loop: EventLoop { get }
  var isClosed: Bool { get }
  /// Whether libuv has bytes that the socket has not taken.
  var isWriting: Bool { get set }
  /// What libuv has yet to write, and since when.
  var writeProgress: (size: Int, since: UInt64) { get set }

  /// Goes on with what had to wait until the last piece had left.
  func pieceLeft()
}

extension SocketWriter {
  /// Gives bytes to the socket, or to libuv where the socket does not take all now.
  func write(_ head: [UInt8], _ body: [UInt8]) {
    switch SocketWrite(descriptor, head, body) {
    case .done: break
    case .failed: close()
    case .pending(let rest):
      let isStarted = rest.start(on: socket.asStream) { [self] status in
        isWriting = false
        if isClosed { return }
        if status < 0 { close() } else { pieceLeft() }
      }
      guard isStarted else { return close() }
      isWriting = true
      writeProgress = (head.count + body.count, loop.milliseconds)
    }
  }
}
