import HTTP

/// How the outside is reached: addresses, credentials, folders.
package struct ProviderSettings: Sendable {
  /// Variables of the environment that hold credentials, by name; the only place that they come from.
  package var environment: [String: String]
  package var alpacaURL = "https://paper-api.alpaca.markets"
  package var alpacaDataURL = "https://data.alpaca.markets"
  package var tradierURL = "https://sandbox.tradier.com"
  package var polygonURL = "https://api.polygon.io"
  package var fredURL = "https://api.stlouisfed.org"
  /// The folder of files with bars; nil where none is configured.
  package var barsFolder: FilePath?
  /// LEAN's folder `data`.
  package var leanDataFolder: FilePath?
  /// The folder whose folders are LEAN's projects.
  package var leanProjects: FilePath?
  /// The program, and arguments that come before `backtest`.
  package var leanCommand = ["lean"]
  /// For one request, from the look-up of the name to the last byte.
  package var timeout = Duration.seconds(30)
  /// The longest pause before a request is tried again within one attempt of a job.
  package var longestPause = Duration.seconds(60)

  package init(environment: [String: String] = [:]) {
    self.environment = environment
  }

  package static let credentialNames = [
    "APCA_API_KEY_ID", "APCA_API_SECRET_KEY", "TRADIER_ACCESS_TOKEN", "TRADIER_ACCOUNT_ID",
    "POLYGON_API_KEY", "FRED_API_KEY",
  ]

  /// What no text that others read may hold.
  package var redaction: Redaction {
    let names = Self.credentialNames.filter { $0 != "TRADIER_ACCOUNT_ID" }
    return Redaction(names.compactMap { environment[$0] })
  }

  /// A credential; its absence is told by the name of its variable.
  func credential(_ name: String) throws(ProviderDefect) -> String {
    guard let value = environment[name], !value.isEmpty else {
      throw ProviderDefect("\(name) is not set in the environment of the server")
    }
    return value
  }
}

/// Why a provider cannot be asked at all.
package struct ProviderDefect: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
