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
  package var executionSeconds: Double
  package var isBatch: Bool
  /// The answer's JSON text where the request failed as a whole.
  package var error: [UInt8]?

  package init(
    requestID: String,
    method: String,
    url: String,
    httpVersion: String,
    remoteAddress: String,
    role: String?,
    status: Int,
    responseBytes: Int,
    executionSeconds: Double,
    isBatch: Bool = false,
    error: [UInt8]? = nil
  ) {
    self.requestID = requestID
    self.method = method
    self.url = url
    self.httpVersion = httpVersion
    self.remoteAddress = remoteAddress
    self.role = role
    self.status = status
    self.responseBytes = responseBytes
    self.executionSeconds = executionSeconds
    self.isBatch = isBatch
    self.error = error
  }

  /// Longer answers are left out of the line: it is a log, not a recording.
  private static let maximumErrorBytes = 4096

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("request_id")
    writer.string(requestID)
    writer.key("operation")
    writeOperation(to: &writer)
    writer.key("http_info")
    writer.beginObject()
    writer.key("status")
    writer.int(status)
    writer.key("http_version")
    writer.string(httpVersion)
    writer.key("url")
    writer.string(url)
    writer.key("ip")
    writer.string(remoteAddress)
    writer.key("method")
    writer.string(method)
    writer.endObject()
    writer.endObject()
  }

  private func writeOperation(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("request_id")
    writer.string(requestID)
    writer.key("request_mode")
    writer.string(error != nil ? "error" : isBatch ? "batched" : "single")
    writer.key("query_execution_time")
    writer.microseconds(ofSeconds: executionSeconds)
    writer.key("response_size")
    writer.int(responseBytes)
    writer.key("user_vars")
    if let role {
      writer.beginObject()
      writer.key("x-hasura-role")
      writer.string(role)
      writer.endObject()
    } else {
      writer.null()
    }
    if let error, error.count <= HTTPExchange.maximumErrorBytes {
      writer.key("error")
      writer.raw(error.span)
    }
    writer.endObject()
  }
}

extension JSONWriter {
  /// A duration in seconds with six decimals, without the detour of formatting a Double.
  mutating func microseconds(ofSeconds seconds: Double) {
    let total = Int(exactly: (seconds * 1_000_000).rounded(.towardZero)) ?? 0
    let fraction = String(total % 1_000_000)
    let padding = String(repeating: "0", count: 6 - fraction.utf8.count)
    let text = String(total / 1_000_000) + "." + padding + fraction
    raw(text.utf8Span.span)
  }
}
