import EventLoop
import JSON
import Metadata

/// One attempt to tell a webhook something, and how the logs tell of it.
struct WebhookAttempt: Sendable {
  var isSuccess = false
  /// HTTP's; ``noAnswer`` where there was none, as in Hasura's logs.
  var status: Int?
  /// JSON without U+0000, which PostgreSQL does not take.
  let request: [UInt8]
  /// The same.
  let response: [UInt8]
  /// Seconds after which the webhook wants to be asked again.
  var retryAfter: Int?

  static let noAnswer = 1000

  /// Sends a body; what goes wrong is told by the result.
  static func make(
    webhook: EventTrigger.Webhook,
    headers: [WebhookHeader],
    transforms: JSONObject,
    body: [UInt8],
    timeout: Int,
    _ configuration: EngineConfiguration,
    on loop: EventLoop
  ) async -> WebhookAttempt {
    let environment = WebhookEnvironment(variables: configuration.environment)
    var request = Self.request(body, headers)
    do {
      var call = WebhookCall(
        url: try environment.url(of: webhook),
        headers: try environment.headers(headers) + WebhookEnvironment.standardHeaders,
        body: body,
        timeout: timeout
      )
      if !transforms.isEmpty {
        try transform(&call, transforms)
        if let body = call.body {
          let payload = (try? JSONValue(parsing: body.span)) ?? .null
          request = Self.request(payload.serialized, headers)
        }
      }
      guard let sender = configuration.webhooks else {
        throw WebhookFailure("this server cannot call webhooks")
      }
      return WebhookAttempt(request: request, answer: try await sender(call, loop))
    } catch let error as WebhookFailure {
      return WebhookAttempt(request: request, failure: error.message)
    } catch {
      return WebhookAttempt(request: request, failure: "\(error)")
    }
  }

  private static func transform(
    _ call: inout WebhookCall,
    _ transforms: JSONObject
  ) throws(WebhookFailure) {
    let payload = call.body.flatMap { try? JSONValue(parsing: $0.span) } ?? .null
    let transform = WebhookTransform(transforms)
    let session = payload["event"]?["session_variables"]
    let scope = transform.scope(body: payload, url: call.url, sessionVariables: session)
    do throws(KritiError) {
      try transform.apply(to: &call, scope)
    } catch {
      throw WebhookFailure("the request cannot be transformed: \(error.message)")
    }
  }

  /// How the logs tell of a request; `payload` is JSON, which is not looked at again.
  private static func request(_ payload: [UInt8], _ headers: [WebhookHeader]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("version")
    writer.string("2")
    writer.key("payload")
    writer.raw(payload.span)
    writer.key("headers")
    writer.value(.array(headers.map { $0.encoded() }))
    writer.endObject()
    return writer.finish()
  }

  private init(request: [UInt8], answer: WebhookAnswer) {
    self.request = request.replacingZeroCharacters()
    isSuccess = (200..<300).contains(answer.status)
    status = answer.status
    retryAfter = answer.header("retry-after").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    response = Self.response(answer).replacingZeroCharacters()
  }

  private static func response(_ answer: WebhookAnswer) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("type")
    writer.string("webhook_response")
    writer.key("version")
    writer.string("2")
    writer.key("data")
    writer.beginObject()
    writer.key("status")
    writer.int(answer.status)
    writer.key("body")
    writer.string(String(decoding: answer.body, as: UTF8.self))
    writer.key("headers")
    writer.beginArray()
    for header in answer.headers {
      writer.beginObject()
      writer.key("name")
      writer.string(header.name)
      writer.key("value")
      writer.string(header.value)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.endObject()
    return writer.finish()
  }

  init(request: [UInt8], failure: String) {
    self.request = request.replacingZeroCharacters()
    status = Self.noAnswer
    let response: JSONValue = [
      "type": "client_error", "version": "2", "data": ["message": .string(failure)],
    ]
    self.response = response.serialized.replacingZeroCharacters()
  }
}
