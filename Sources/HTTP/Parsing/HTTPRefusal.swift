/// Why the server refuses what a client sent, before any handler sees it; the connection ends.
package struct HTTPRefusal: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// Not HTTP, or not as strictly as the rules against request smuggling want it.
    case malformed(String)
    case headTimeout
    case bodyTimeout
    case bodyTooLarge
    case targetTooLong
    case unknownExpectation
    case headTooLarge
    case unknownMethod
    case unknownTransferCoding
    case unknownVersion
  }

  package var reason: Reason

  package init(_ reason: Reason) { self.reason = reason }

  /// The status of the answer.
  package var status: Int {
    switch reason {
    case .malformed: 400
    case .headTimeout, .bodyTimeout: 408
    case .bodyTooLarge: 413
    case .targetTooLong: 414
    case .unknownExpectation: 417
    case .headTooLarge: 431
    case .unknownMethod, .unknownTransferCoding: 501
    case .unknownVersion: 505
    }
  }

  /// One sentence for the client; it repeats nothing of what was sent.
  package var message: String {
    switch reason {
    case .malformed(let what): "malformed request: \(what)"
    case .headTimeout: "the request's head did not come in time"
    case .bodyTimeout: "the request's body did not come in time"
    case .bodyTooLarge: "the request's body is too large"
    case .targetTooLong: "the request's target is too long"
    case .unknownExpectation: "the expectation is unknown"
    case .headTooLarge: "the request's head is too large"
    case .unknownMethod: "the method is unknown"
    case .unknownTransferCoding: "the transfer coding is unknown"
    case .unknownVersion: "the version of HTTP is not 1.0 or 1.1"
    }
  }
}
