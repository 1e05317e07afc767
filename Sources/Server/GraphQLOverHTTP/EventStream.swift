import Engine
import EventLoop
import HTTP
import Observability

/// The results of one operation as server-sent events: the protocol of `graphql-sse`, in its mode of a
/// connection for each operation.
final class EventStream: ResponseProducer, @unchecked Sendable {
  // Touched on the loop's thread only: by the stream, and by the engine.

  private let stream: ResponseStream
  private let keepAlive: UInt64?
  private let sessionEnd: Int?
  private let loop: EventLoop
  private var run: OperationRun?
  private var hasUnsentResult = false
  private var lastEvent: UInt64
  private var isStopping = false

  init(
    _ stream: ResponseStream,
    _ request: GraphQLRequest,
    _ session: Session,
    _ host: SocketHost,
    on loop: EventLoop
  ) {
    self.stream = stream
    self.loop = loop
    keepAlive = host.settings.keepAlive?.milliseconds
    sessionEnd = session.expiresAt
    lastEvent = loop.milliseconds
    // Some browsers show that the stream is open when the first byte has come.
    stream.write(EventStream.comment)
    run = OperationRun(request, session, host.engine, on: loop) { [self] result in
      lastEvent = loop.milliseconds
      hasUnsentResult = true
      stream.write(EventStream.next(result))
      return false
    } end: { [self] end in
      finish(end)
    }
  }

  private func finish(_ end: OperationRun.End) {
    lastEvent = loop.milliseconds
    switch end {
    case .answer(let answer):
      run = nil
      stream.write(EventStream.next(answer.body) + EventStream.complete)
      stream.finish()
    case .completed:
      run = nil
      stream.write(EventStream.complete)
      stream.finish()
    }
  }

  func drained() {
    guard hasUnsentResult else { return }
    hasUnsentResult = false
    run?.resume()
  }

  func tick(_ now: UInt64) {
    if let sessionEnd, sessionEnd <= Timestamp.now().millisecondsSinceEpoch { return end() }
    guard let keepAlive, now &- lastEvent >= keepAlive, stream.waitingByteCount == 0 else { return }
    lastEvent = now
    stream.write(EventStream.comment)
  }

  /// Ends without `complete`, so that the client asks again.
  func shutDown() {
    isStopping = true
    if run?.isSubscription != false { end() }
  }

  func cancelled() {
    run?.cancel()
    run = nil
  }

  private func end() {
    cancelled()
    stream.finish()
  }

  // MARK: - Events

  static let comment = Array(":\n\n".utf8)
  static let complete = Array("event: complete\ndata: \n\n".utf8)

  /// A result; where its JSON has line ends, which a `json` column may have, each line is one of data.
  static func next(_ result: [UInt8]) -> [UInt8] {
    var bytes = Array("event: next\ndata: ".utf8)
    bytes.reserveCapacity(bytes.count + result.count + 2)
    if result.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      for byte in result {
        if byte == 0x0A || byte == 0x0D {
          bytes += "\ndata: ".utf8
        } else {
          bytes.append(byte)
        }
      }
    } else {
      bytes += result
    }
    bytes += "\n\n".utf8
    return bytes
  }
}
