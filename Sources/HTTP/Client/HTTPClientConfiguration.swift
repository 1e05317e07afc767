/// How a client of one loop behaves towards all servers.
package struct HTTPClientConfiguration: Sendable {
  /// Connections to one host at a time; further requests wait for one of them.
  package var maximumHostConnections = 100
  /// Connections that stay open for later requests.
  package var maximumIdleConnections = 32
  package var connectTimeout = Duration.seconds(10)
  package var maximumHeaderBytes = 64 << 10
  /// Certificates to trust, in PEM, instead of the system's.
  package var certificateFile: String?
  package var userAgent = "apus"

  package init() {}
}
