import EventLoop
import JSON
import Metadata

/// One attempt to tell a webhook something, and how the logs tell of it.
struct WebhookAttempt: Sendable {
  var isSuccess = false
  /// HTTP's; 1000 where there was no answer, as in Hasura's logs.
  var status: Int?
  var request: JSONValue
  var response: JSONValue
  /// Seconds after which the webhook wants to be asked again.
  var retryAfter: Int?

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
    let payload = (try? JSONValue(parsing: body.span)) ?? .null
    var request: JSONValue = [
      "version": "2", "payload": payload, "headers": .array(headers.map { $0.encoded() }),
    ]
    do {
      var call = WebhookCall(
        url: try environment.url(of: webhook),
        headers: try environment.headers(headers) + WebhookEnvironment.standardHeaders,
        body: body,
        timeout: timeout
      )
      let transform = WebhookTransform(transforms)
      let session = payload["event"]?["session_variables"]
      let scope = transform.scope(body: payload, url: call.url, sessionVariables: session)
      do throws(KritiError) {
        try transform.apply(to: &call, scope)
      } catch {
        throw WebhookFailure("the request cannot be transformed: \(error.message)")
      }
      if !transforms.isEmpty, let body = call.body {
        request = [
          "version": "2", "payload": (try? JSONValue(parsing: body.span)) ?? .null,
          "headers": .array(headers.map { $0.encoded() }),
        ]
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

  private init(request: JSONValue, answer: WebhookAnswer) {
    self.request = request
    isSuccess = (200..<300).contains(answer.status)
    status = answer.status
    retryAfter = answer.header("retry-after").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    response = [
      "type": "webhook_response", "version": "2",
      "data": [
        "status": .number(JSONNumber(answer.status)),
        "body": .string(String(decoding: answer.body, as: UTF8.self)),
        "headers": .array(
          answer.headers.map { ["name": .string($0.name), "value": .string($0.value)] }
        ),
      ],
    ]
  }

  init(request: JSONValue, failure: String) {
    self.request = request
    status = 1000
    response = ["type": "client_error", "version": "2", "data": ["message": .string(failure)]]
  }
}
