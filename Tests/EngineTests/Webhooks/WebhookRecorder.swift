import Engine
import EventLoop
import JSON
import Synchronization

/// A webhook that remembers what it was asked, and answers as a test wants it.
final class WebhookRecorder: Sendable {
  private let calls = Mutex<[WebhookCall]>([])
  private let answer: @Sendable (WebhookCall, Int) -> WebhookAnswer

  /// `answer` gets the call, and how many calls of the same body there were before.
  init(_ answer: @escaping @Sendable (WebhookCall, Int) -> WebhookAnswer) {
    self.answer = answer
  }

  convenience init(status: Int = 200, _ body: JSONValue = .object([:])) {
    self.init { _, _ in WebhookAnswer(status: status, headers: [], body: body.serialized) }
  }

  var sender: WebhookSender {
    { [self] call, _ throws(WebhookFailure) in
      let before = calls.withLock { calls in
        defer { calls.append(call) }
        return calls.filter { $0.url == call.url && $0.body == call.body }.count
      }
      return answer(call, before)
    }
  }

  var all: [WebhookCall] { calls.withLock { $0 } }

  /// The bodies of all calls so far.
  var bodies: [JSONValue] {
    all.compactMap { call in call.body.flatMap { try? JSONValue(parsing: $0.span) } }
  }

  /// Returns when there were so many calls.
  func wait(for count: Int, on loop: EventLoop) async throws {
    while all.count < count { try await loop.sleep(for: .milliseconds(20)) }
  }
}

extension WebhookRecorder {
  /// A sender whose calls take so many milliseconds.
  func sender(after milliseconds: Int) -> WebhookSender {
    let send = sender
    return { call, loop throws(WebhookFailure) in
      let answer = try await send(call, loop)
      try? await loop.sleep(for: .milliseconds(milliseconds))
      return answer
    }
  }
}
