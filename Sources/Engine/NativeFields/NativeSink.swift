package import JSON

/// Where the function behind a field of subscriptions puts its results, one after the other.
package struct NativeSink: Sendable {
  private let desk: SubscriptionDesk
  private let number: Int
  private let request: NativeRequest

  init(_ desk: SubscriptionDesk, _ number: Int, _ request: NativeRequest) {
    self.desk = desk
    self.number = number
    self.request = request
  }

  /// Sends a result, and returns when another one may follow; false where nobody listens any more.
  package func send(_ value: JSONValue) async throws(HasuraError) -> Bool {
    var writer = JSONWriter()
    let type = request.field.result
    try NativeWriter(path: request.path).write(value, as: type, request.selection, into: &writer)
    return await send(encoded: writer.finish())
  }

  /// The same with the JSON text of just what ``NativeCall/selection`` selects.
  package func send(encoded value: [UInt8]) async -> Bool { await send(body: body(of: value)) }

  /// The name of the field in the answer.
  package var key: String { request.key }

  /// The whole answer with the JSON text of a result: who sends the same to many makes it once.
  package func body(of value: [UInt8]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("data")
    writer.beginObject()
    writer.key(request.key)
    writer.raw(value.span)
    writer.endObject()
    writer.endObject()
    return writer.finish()
  }

  /// Sends an answer that ``body(of:)`` has made, of a subscription with the same ``key``.
  package func send(body: [UInt8]) async -> Bool { await desk.deliver(body, to: number) }
}

/// A subscription to a ``NativeField``: the function with what it was called with.
struct NativeStream: Sendable {
  let request: NativeRequest
  let call: NativeCall
  let showsInternal: Bool

  func run(_ sink: NativeSink) async throws(HasuraError) {
    guard case .stream(let body) = request.field.body else { return }
    do {
      try await body(call, sink)
    } catch {
      throw HasuraError(thrownBy: call, error)
    }
  }
}
