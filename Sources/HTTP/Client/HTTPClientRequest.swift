/// A request to another server.
package struct HTTPClientRequest: Sendable {
  package var method: HTTPMethod
  /// An absolute URL of the scheme `http` or `https`.
  package var url: String
  /// Sent in this order; `host` and `content-length` are made where they are not given.
  package var headers: [(name: String, value: String)]
  /// Nil where there is none; an empty one is sent as such.
  package var body: [UInt8]?
  /// From the look-up of the name to the last byte of the answer.
  package var timeout: Duration
  /// What the body of the answer may have; a larger one is an error.
  package var maximumBodyBytes: Int

  package init(
    method: HTTPMethod = .get,
    url: String,
    headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil,
    timeout: Duration = .seconds(30),
    maximumBodyBytes: Int = 1 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maximumBodyBytes = maximumBodyBytes
  }
}

/// What the other server answered, whatever its status; a redirect is an answer like any other.
package struct HTTPClientResponse: Sendable {
  package var status: Int
  /// In the order in which they came, the last answer's only: not those of `100 Continue`.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(
    status: Int,
    headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of the first field of a name, in any case of letters.
  package subscript(_ name: String) -> String? {
    headers.first { $0.name.isSameHeaderName(as: name) }?.value
  }

  /// The values of all fields of a name.
  package func all(_ name: String) -> [String] {
    headers.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
  }
}
