/// The hook that says on whose behalf a request is made.
package struct WebhookConfiguration: Sendable {
  package var url: String
  /// By POST with the headers as JSON, else by GET with the headers themselves.
  package var isPost: Bool
  /// Whether a POST has the GraphQL request in it too.
  package var sendsRequest: Bool
  package var timeout: Duration

  package init(
    url: String,
    isPost: Bool = false,
    sendsRequest: Bool = true,
    timeout: Duration = .seconds(3)
  ) throws(ConfigurationError) {
    let start = url.lowercased()
    guard start.hasPrefix("http://") || start.hasPrefix("https://") else {
      throw ConfigurationError("the auth hook has to be an absolute URL of http or https")
    }
    self.url = url
    self.isPost = isPost
    self.sendsRequest = sendsRequest
    self.timeout = timeout
  }

  var methodName: String { isPost ? "POST" : "GET" }
  static let maximumAnswerBytes = 256 << 10
}
