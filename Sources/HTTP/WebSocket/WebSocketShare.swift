/// What the websockets of one loop share.
final class WebSocketShare {
  let reading = WebSocketReader.Shared()
  let deflater = PayloadDeflater()
  private var unflushed: [WebSocket] = []

  /// Notes a websocket that has something to write at the end of the loop's turn; says whether it is
  /// the first.
  func note(_ socket: WebSocket) -> Bool {
    unflushed.append(socket)
    return unflushed.count == 1
  }

  func flush() {
    let sockets = unflushed
    unflushed = []
    deflater.forget()
    for socket in sockets { socket.flushNow() }
  }
}
