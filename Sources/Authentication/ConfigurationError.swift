/// Why authentication cannot be as it is configured, on one line and without a secret.
package struct ConfigurationError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) {
    self.message = message
  }
}
