import EventLoop
import Glibc
import Synchronization
import Testing

/// The handles of a loop, over real sockets and signals.
@Suite("Handles", .timeLimit(.minutes(1)))
struct HandleTests {
  private let loop = EventLoop.start()

  private func socketPair() -> (Int32, Int32) {
    var sockets: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
    return (sockets[0], sockets[1])
  }

  @Test func tellsThatASocketIsReadable() async {
    let (here, there) = socketPair()
    let loop = loop
    let byte: UInt8 = await withUnsafeContinuation { continuation in
      loop.execute {
        guard let poller = try? Poller(on: loop, socket: here) else { return }
        poller.start(.readable) { events in
          #expect(events == .readable)
          #expect(loop.isCurrent)
          var byte: UInt8 = 0
          #expect(read(here, &byte, 1) == 1)
          poller.close()
          continuation.resume(returning: byte)
        }
        var byte: UInt8 = 42
        #expect(write(there, &byte, 1) == 1)
      }
    }
    #expect(byte == 42)
    await loop.shutDown()
    close(here)
    close(there)
  }

  @Test func tellsThatASocketIsWritableAndThenThatThePeerLeft() async {
    let (here, there) = socketPair()
    let loop = loop
    await withUnsafeContinuation { continuation in
      loop.execute {
        guard let poller = try? Poller(on: loop, socket: here) else { return }
        var seen: [Poller.Events] = []
        poller.start(.writable) { events in
          seen.append(events)
          if seen.count == 1 {
            poller.watch(.disconnected)
            close(there)
          } else {
            #expect(seen == [.writable, .disconnected])
            poller.close()
            continuation.resume()
          }
        }
      }
    }
    await loop.shutDown()
    close(here)
  }

  @Test func refusesWhatIsNoSocket() async {
    let loop = loop
    let error: UVError? = await withUnsafeContinuation { continuation in
      loop.execute {
        do throws(UVError) {
          _ = try Poller(on: loop, socket: 987_654)
          continuation.resume(returning: nil)
        } catch {
          continuation.resume(returning: error)
        }
      }
    }
    #expect(error?.description == "EBADF: bad file descriptor")
    await loop.shutDown()
  }

  @Test func repeatsATimerUntilItIsClosed() async {
    let loop = loop
    let count: Int = await withUnsafeContinuation { continuation in
      loop.execute {
        let timer = LoopTimer(on: loop)
        var count = 0
        timer.start(afterMilliseconds: 1, repeating: 1) {
          count += 1
          guard count == 3 else { return }
          timer.close()
          timer.start(afterMilliseconds: 1) { Issue.record("ran after its end") }
          continuation.resume(returning: count)
        }
      }
    }
    #expect(count == 3)
    await loop.shutDown()
  }

  @Test func hearsASignal() async {
    let loop = loop
    let count = Mutex(0)
    await withUnsafeContinuation { continuation in
      let watcher = SignalWatcher(on: loop, signal: SIGUSR2) {
        count.withLock { $0 += 1 }
        continuation.resume()
      }
      loop.execute {
        kill(getpid(), SIGUSR2)
        _ = watcher
      }
    }
    #expect(count.withLock { $0 } == 1)
    await loop.shutDown()
  }
}
