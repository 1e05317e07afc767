import CLLHTTP

/// The methods that the server hands to its handler; all others are refused with 501.
package enum HTTPMethod: String, Hashable, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"

  init?(_ number: UInt8) {
    switch llhttp_method(UInt32(number)) {
    case HTTP_GET: self = .get
    case HTTP_HEAD: self = .head
    case HTTP_POST: self = .post
    case HTTP_PUT: self = .put
    case HTTP_PATCH: self = .patch
    case HTTP_DELETE: self = .delete
    case HTTP_OPTIONS: self = .options
    default: return nil
    }
  }

  /// Whether a request changes nothing, so that several of one connection may be served at once.
  package var isSafe: Bool {
    switch self {
    case .get, .head, .options: true
    case .post, .put, .patch, .delete: false
    }
  }
}
