import Glibc

/// Why a server cannot listen.
package struct HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The configured address.
  package var host: String
  package var port: Int
  /// What the system says.
  package var reason: String
  /// Whether another program listens there.
  package var isInUse = false

  init(_ configuration: HTTPConfiguration, _ reason: String) {
    host = configuration.host
    port = configuration.port
    self.reason = reason
  }

  package var description: String { "cannot listen on \(host):\(port): \(reason)" }
}
