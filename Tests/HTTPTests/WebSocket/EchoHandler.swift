import HTTP
import Synchronization

/// Sends back what it gets, and does what a few words ask for.
final class EchoHandler: WebSocketHandler {
  let socket: WebSocket
  let closes: HandlerCloses

  init(_ socket: WebSocket, _ closes: HandlerCloses) {
    self.socket = socket
    self.closes = closes
  }

  func receive(_ text: [UInt8]) {
    switch text {
    case Array("bye".utf8): socket.close(WebSocketClose(4409, "as asked"))
    case Array("flood".utf8):
      let payload = [UInt8](repeating: 0x66, count: 100_000)
      for _ in 0..<200 { socket.send(Array("<".utf8), payload: payload, suffix: [0x3E]) }
    case Array("burst".utf8):
      for index in 0..<5 {
        let payload = Array("\(index)".utf8)
        if socket.sendAtOnce([0x3C], payload: payload, suffix: [0x3E]) {
          closes.atOnce.add(1, ordering: .relaxed)
        }
      }
    default: socket.send(text)
    }
  }

  func drained() { closes.drains.add(1, ordering: .relaxed) }
  func tick(_ now: UInt64) {}
  func shutDown() { socket.close(.goingAway) }
  func closed(_ close: WebSocketClose) { closes.add(close) }
}

/// What handlers were told at the end.
final class HandlerCloses: Sendable {
  let drains = Atomic(0)
  let atOnce = Atomic(0)
  private let all = Mutex<[WebSocketClose]>([])

  func add(_ close: WebSocketClose) { all.withLock { $0.append(close) } }
  var value: [WebSocketClose] { all.withLock { $0 } }

  /// Waits for so many.
  func wait(for count: Int) async throws -> [WebSocketClose] {
    while value.count < count { try await Task.sleep(for: .milliseconds(5)) }
    return value
  }
}
