package import EventLoop

/// A request to a webhook.
package struct WebhookCall: Sendable {
  package var method: String
  package var url: String
  package var headers: [WebhookHeaderField]
  package var body: [UInt8]?
  /// Seconds.
  package var timeout: Int

  package init(
    method: String = "POST",
    url: String,
    headers: [WebhookHeaderField],
    body: [UInt8]?,
    timeout: Int
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

/// A header of a request to a webhook, or of its answer.
package struct WebhookHeaderField: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

package struct WebhookAnswer: Sendable {
  package var status: Int
  package var headers: [WebhookHeaderField]
  package var body: [UInt8]

  package init(status: Int, headers: [WebhookHeaderField], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of the first header of a name in lower case.
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}

/// Why a webhook did not answer.
package struct WebhookFailure: Error, Hashable, Sendable {
  package var message: String
  package var isTimeout: Bool

  package init(_ message: String, isTimeout: Bool = false) {
    self.message = message
    self.isTimeout = isTimeout
  }
}

/// Asks a webhook, on a loop; whatever its status, an answer is an answer.
package typealias WebhookSender =
  @Sendable (WebhookCall, EventLoop) async throws(WebhookFailure) -> WebhookAnswer
