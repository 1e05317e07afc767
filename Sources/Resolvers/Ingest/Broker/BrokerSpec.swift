package import JSON

/// What an `ingest_broker` asks for, checked.
package struct BrokerSpec: Sendable {
  enum Provider: String, CaseIterable, Sendable {
    case alpaca, tradier
  }

  let provider: Provider
  /// As `brokerage.accounts` has it: `paper`, `sandbox` or `live`.
  let environment: String
  /// The broker's own name of the account; nil for the one that the key is of.
  let account: String?

  /// Refuses also what the environment of the process lacks, by the names of its variables.
  package init(_ arguments: JSONObject, _ settings: ProviderSettings) throws {
    let name = arguments["provider"]?.string ?? ""
    guard let provider = Provider(rawValue: name) else {
      let names = Provider.allCases.map(\.rawValue).joined(separator: ", ")
      throw StrategyDefect("there is no broker '\(name)'; there are \(names)")
    }
    self.provider = provider
    let mode = arguments["mode"]?.string ?? "paper"
    guard ["paper", "sandbox", "live"].contains(mode) else {
      throw StrategyDefect("there is no mode '\(mode)'; there are paper, sandbox, live")
    }
    let isLive = mode == "live"
    let url = provider == .alpaca ? settings.alpacaURL : settings.tradierURL
    // Real money is asked for only where the address is that of real money, and the other way.
    let looksLive =
      !url.contains("paper") && !url.contains("sandbox") && !url.contains("127.0.0.1")
      && !url.contains("localhost")
    guard isLive == looksLive || url.contains("127.0.0.1") || url.contains("localhost") else {
      throw StrategyDefect(
        "the mode is '\(mode)', and the configured address is that of "
          + (looksLive ? "live accounts" : "practice accounts")
      )
    }
    switch provider {
    case .alpaca:
      environment = isLive ? "live" : "paper"
      account = arguments["account"]?.string
      _ = try settings.credential("APCA_API_KEY_ID")
      _ = try settings.credential("APCA_API_SECRET_KEY")
    case .tradier:
      environment = isLive ? "live" : "sandbox"
      _ = try settings.credential("TRADIER_ACCESS_TOKEN")
      if let given = arguments["account"]?.string {
        account = given
      } else {
        account = try settings.credential("TRADIER_ACCOUNT_ID")
      }
      guard MarketSpec.isFileName(account ?? "") else {
        throw StrategyDefect("'\(account ?? "")' is no number of an account")
      }
    }
  }
}
