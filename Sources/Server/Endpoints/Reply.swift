import HTTP

/// An answer and what the log says about it.
struct Reply: Sendable {
  var response: HTTPResponse
  var role: String?
  var isBatch = false
  /// What kind of operation a GraphQL request is, `unknown` where it did not come so far; nil for all
  /// other requests.
  var operation: String?
  /// The error's JSON text, where the request failed as a whole.
  var failure: [UInt8]?

  init(_ response: HTTPResponse, role: String? = nil, failure: [UInt8]? = nil) {
    self.response = response
    self.role = role
    self.failure = failure
  }

  /// An error in the form of all endpoints but GraphQL's.
  static func plain(_ error: RequestError, role: String? = nil) -> Reply {
    let body = error.plainBody
    return Reply(error.addingAllow(to: .json(error.status, body)), role: role, failure: body)
  }
}

extension RequestError {
  func addingAllow(to response: HTTPResponse) -> HTTPResponse {
    guard let allowedMethods else { return response }
    var response = response
    response.headers.append((name: "allow", value: allowedMethods))
    return response
  }
}
