/// Why an answer of a broker's holds no data.
package struct BrokerError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// The broker refused; its own code, where it gives one, and text.
    case refused(code: String?, message: String)
    /// The answer is not of the documented form.
    case unexpected(String)
  }

  package var provider: String
  package var reason: Reason

  package init(provider: String, reason: Reason) {
    self.provider = provider
    self.reason = reason
  }

  package var description: String {
    switch reason {
    case .refused(let code, let message):
      "\(provider) refused: \(message)\(code.map { " (\($0))" } ?? "")"
    case .unexpected(let what): "\(provider) answered \(what)"
    }
  }
}
