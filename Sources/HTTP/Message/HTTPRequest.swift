import CUV

/// A request as the handler gets it: complete, checked, with its whole body.
package struct HTTPRequest: Sendable {
  package var method: HTTPMethod
  /// The path as it was sent: percent signs stay, nothing is normalised.
  package var path: String
  /// What stands after the first question mark.
  package var query: String?
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// The address of the peer's socket, without the port.
  package var remoteAddress: String
  /// 0 or 1, of HTTP/1.0 and HTTP/1.1.
  package var minorVersion: UInt8
  /// When the last byte came, on the clock of ``elapsed``, in nanoseconds.
  package var receivedAt: UInt64

  package init(
    method: HTTPMethod,
    path: String,
    query: String? = nil,
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8] = [],
    remoteAddress: String = "",
    minorVersion: UInt8 = 1,
    receivedAt: UInt64 = uv_hrtime()
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    self.minorVersion = minorVersion
    self.receivedAt = receivedAt
  }

  /// The time since the last byte of the request came.
  package var elapsedNanoseconds: UInt64 { uv_hrtime() &- receivedAt }
}
