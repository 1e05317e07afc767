import Engine
import EventLoop
import JSON
import Synchronization

/// A subscriber of an engine, on one of its loops, whose events a test takes one by one.
final class TestSubscriber: Sendable {
  private let loop: EventLoop
  private let stream: AsyncStream<String>
  private let subscription = Mutex<Subscription?>(nil)

  /// `resumes` says that it takes the next result by itself.
  init(
    _ harness: EngineHarness,
    _ query: String,
    _ variables: JSONObject = JSONObject(),
    as session: Session = Session(role: Session.adminRole),
    on index: Int = 0,
    resumes: Bool = true
  ) async {
    let loop = harness.loops.loops[index]
    self.loop = loop
    let (stream, continuation) = AsyncStream<String>.makeStream()
    self.stream = stream
    let request = GraphQLRequest(query: Array(query.utf8), variables: variables)
    await withCheckedContinuation { started in
      loop.execute {
        let receiver = SubscriptionReceiver { body in
          continuation.yield(String(decoding: body, as: UTF8.self))
          // What is delivered may be followed by what comes next at once, as by a client.
          if resumes { self.subscription.withLock { $0 }?.resume() }
          return false
        } end: { end in
          if case .refused(let answer) = end {
            continuation.yield("refused: " + String(decoding: answer.body, as: UTF8.self))
          }
          continuation.finish()
        }
        let made = harness.engine.subscribe(request, session, on: loop, receiver: receiver)
        self.subscription.withLock { $0 = made }
        started.resume()
      }
    }
  }

  /// The next result, a refusal with that word before it, or nil for the end.
  func next() async -> String? {
    for await text in stream { return text }
    return nil
  }

  /// Results until one is as expected; those before it are passed over.
  func awaits(_ expected: String) async -> Bool {
    for await text in stream where text == expected { return true }
    return false
  }

  func resume() async { await act { $0.resume() } }

  func cancel() async { await act { $0.cancel() } }

  private func act(_ action: @escaping @Sendable (Subscription) -> Void) async {
    guard let subscription = subscription.withLock({ $0 }) else { return }
    await withCheckedContinuation { done in
      loop.execute {
        action(subscription)
        done.resume()
      }
    }
  }
}
