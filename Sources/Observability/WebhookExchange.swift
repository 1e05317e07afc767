import JSON

/// One question to the authentication hook, as the line of type `webhook-log` tells it.
package struct WebhookExchange: Sendable {
  /// Without what may be secret in it.
  package var url: String
  package var method: String
  package var level: LogLevel
  package var status: Int?
  /// Why there is no answer.
  package var httpError: String?
  /// The beginning of an answer that is none.
  package var response: String?
  package var message: String?

  package init(
    url: String,
    method: String,
    level: LogLevel,
    status: Int? = nil,
    httpError: String? = nil,
    response: String? = nil,
    message: String? = nil
  ) {
    self.url = url
    self.method = method
    self.level = level
    self.status = status
    self.httpError = httpError
    self.response = response
    self.message = message
  }

  /// Hasura's members.
  var detail: [JSONObject.Member] {
    [
      .init(key: "status_code", value: status.map { .number(JSONNumber($0)) } ?? .null),
      .init(key: "url", value: .string(url)),
      .init(key: "method", value: .string(method)),
      .init(key: "http_error", value: httpError.map(JSONValue.string) ?? .null),
      .init(key: "response", value: response.map(JSONValue.string) ?? .null),
      .init(key: "message", value: message.map(JSONValue.string) ?? .null),
    ]
  }
}
