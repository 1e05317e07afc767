/// Why another server's answer did not come.
package struct HTTPClientError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case invalidURL
    /// A header whose name or value would be more than one line, or no header at all.
    case invalidHeader
    case unknownHost
    case connectionFailed
    /// The certificate is not that of a trusted host, or there is no TLS at all.
    case untrusted
    case timedOut
    case bodyTooLarge
    case headersTooLarge
    /// The connection ended in the middle, or what came is not HTTP.
    case brokenAnswer
    case cancelled
    /// The client is closed, as the server stops.
    case closed
  }

  package var reason: Reason
  /// What curl says beside it; never the URL, which may hold a password.
  package var detail: String?

  package init(_ reason: Reason, detail: String? = nil) {
    self.reason = reason
    self.detail = detail
  }
}

extension HTTPClientError: CustomStringConvertible {
  package var description: String {
    let what =
      switch reason {
      case .invalidURL: "the URL is not an absolute one of http or https"
      case .invalidHeader: "a header of the request is not allowed in HTTP"
      case .unknownHost: "the host is not known"
      case .connectionFailed: "no connection"
      case .untrusted: "the server's TLS certificate is not trusted"
      case .timedOut: "no answer in time"
      case .bodyTooLarge: "the answer is too large"
      case .headersTooLarge: "the headers of the answer are too large"
      case .brokenAnswer: "the answer is broken"
      case .cancelled: "cancelled"
      case .closed: "the client is closed"
      }
    return detail.map { "\(what) (\($0))" } ?? what
  }
}
