/// What the handler answers.
///
/// The server adds `content-length`, `date`, `connection` and, where it compresses, `content-encoding`
/// and `vary`. To `HEAD` it sends all but the body.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// Whether the connection ends after this answer.
  package var closesConnection = false
  /// What the connection does after the head instead of sending `body`.
  var takeover: Takeover?

  package init(
    status: Int,
    headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package init(status: Int, contentType: String, body: [UInt8]) {
    self.init(status: status, headers: [("content-type", contentType)], body: body)
  }

  package static func json(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
    HTTPResponse(status: status, contentType: "application/json; charset=utf-8", body: body)
  }

  package static func text(_ status: Int, _ body: String) -> HTTPResponse {
    HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(body.utf8))
  }

  /// The value of the first field of a name, in any case of letters.
  package subscript(_ name: String) -> String? {
    headers.first { $0.name.isSameHeaderName(as: name) }?.value
  }
}

extension String {
  /// Whether two header names are the same: ASCII letters in any case.
  func isSameHeaderName(as other: String) -> Bool {
    utf8Span.span.isSameWord(as: other.utf8Span.span)
  }
}
