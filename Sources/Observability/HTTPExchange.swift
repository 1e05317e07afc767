import JSON

/// One request and its answer, as the line of type `http-log` tells them.
package struct HTTPExchange: Sendable {
  package var requestID: String
  package var method: String
  /// The path without its query, which may hold documents and values.
  package var url: String
  package var httpVersion: String
  package var remoteAddress: String
  package var role: String?
  package var status: Int
  package var responseBytes: Int
  package var executionNanoseconds: UInt64
  package var isBatch: Bool
  /// The answer's JSON text where the request failed as a whole.
  package var error: [UInt8]?
  /// JSON of what was asked, where the log is to tell of it.
  package var query: [UInt8]?

  package init(
    requestID: String,
    method: String,
    url: String,
    httpVersion: String,
    remoteAddress: String,
    role: String?,
    status: Int,
    responseBytes: Int,
    executionNanoseconds: UInt64,
    isBatch: Bool = false,
    error: [UInt8]? = nil,
    query: [UInt8]? = nil
  ) {
    self.requestID = requestID
    self.method = method
    self.url = url
    self.httpVersion = httpVersion
    self.remoteAddress = remoteAddress
    self.role = role
    self.status = status
    self.responseBytes = responseBytes
    self.executionNanoseconds = executionNanoseconds
    self.isBatch = isBatch
    self.error = error
    self.query = query
  }

  /// Longer answers are left out of the line: it is a log, not a recording.
  private static let maximumErrorBytes = 4096
  /// Of a command: whole documents of metadata are longer.
  private static let maximumQueryBytes = 65_536

  /// Appends the line's `detail`.
  ///
  /// Written piece by piece instead of by a JSON writer: this happens once a request.
  func appendDetail(to bytes: inout [UInt8]) {
    bytes.append(#"{"request_id":"#)
    bytes.appendJSONString(requestID.utf8Span.span)
    bytes.append(#","operation":{"request_id":"#)
    bytes.appendJSONString(requestID.utf8Span.span)
    bytes.append(#","request_mode":""#)
    bytes.append(error != nil ? "error" : isBatch ? "batched" : "single")
    bytes.append(#"","query_execution_time":"#)
    bytes.append(secondsOf: executionNanoseconds)
    bytes.append(#","response_size":"#)
    bytes.append(decimal: responseBytes)
    bytes.append(#","user_vars":"#)
    if let role {
      bytes.append(#"{"x-hasura-role":"#)
      bytes.appendJSONString(role.utf8Span.span)
      bytes.append("}")
    } else {
      bytes.append("null")
    }
    if let error, error.count <= HTTPExchange.maximumErrorBytes {
      bytes.append(#","error":"#)
      bytes.append(contentsOf: error)
    }
    if let query, query.count <= HTTPExchange.maximumQueryBytes {
      bytes.append(#","query":"#)
      bytes.append(contentsOf: query)
    }
    bytes.append(#"},"http_info":{"status":"#)
    bytes.append(decimal: status)
    bytes.append(#","http_version":"#)
    bytes.appendJSONString(httpVersion.utf8Span.span)
    bytes.append(#","url":"#)
    bytes.appendJSONString(url.utf8Span.span)
    bytes.append(#","ip":"#)
    bytes.appendJSONString(remoteAddress.utf8Span.span)
    bytes.append(#","method":"#)
    bytes.appendJSONString(method.utf8Span.span)
    bytes.append("}}")
  }
}
