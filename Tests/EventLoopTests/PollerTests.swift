import Glibc
import Testing

@testable import EventLoop

@Suite(.timeLimit(.minutes(1))) struct PollerTests {
  private final class Socket {
    let own: Int32
    private let other: Int32

    init() {
      var pair: [Int32] = [0, 0]
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
      (own, other) = (pair[0], pair[1])
    }

    /// The peer says a last word and leaves without having read what it was sent: an error, and not
    /// an end, is what follows.
    func breakOff(after text: String) {
      _ = write(own, "unread", 6)
      _ = text.withCString { write(other, $0, strlen($0)) }
      close(other)
    }

    func take() -> String {
      var buffer = [UInt8](repeating: 0, count: 16)
      let count = read(own, &buffer, buffer.count)
      return count < 0 ? "error" : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
  }

  @Test func tellsAnErrorAgainUntilItIsTaken() async throws {
    let loop = EventLoop.start()
    let seen = await withCheckedContinuation { continuation in
      loop.execute {
        let socket = Socket()
        guard let poller = try? Poller(on: loop, socket: socket.own) else {
          return continuation.resume(returning: ["no poller"])
        }
        socket.breakOff(after: "bye")
        var seen: [String] = []
        poller.start(.readable) { _ in
          seen.append(socket.take())
          guard seen.last != "bye" else { return }
          poller.close()
          close(socket.own)
          continuation.resume(returning: seen)
        }
      }
    }
    #expect(seen == ["bye", "error"])
    await loop.shutDown()
  }
}
