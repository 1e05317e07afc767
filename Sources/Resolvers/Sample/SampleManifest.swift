import JSON

/// `sample.json`: which documents the sample consists of.
struct SampleManifest: Sendable {
  struct Account: Sendable {
    var provider: String
    var environment: String
    var asOf: Timestamp
    var folder: FilePath
    var profile: FilePath?
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let file: FilePath
  let backtests: [FilePath]
  let accounts: [Account]

  init(_ folder: FilePath) throws {
    file = folder.appending("sample.json")
    let bytes = try file.contents()
    let json = try JSONValue(parsing: bytes.span)
    backtests = (json["backtests"]?.array ?? []).compactMap(\.string).map(folder.appending)
    accounts = try (json["accounts"]?.array ?? []).map { entry in
      guard let provider = entry["provider"]?.string, let name = entry["folder"]?.string,
        let environment = entry["environment"]?.string, let asOf = Timestamp(entry["as_of"])
      else { throw Failure(description: "\(folder)/sample.json: an account lacks a member") }
      return Account(
        provider: provider,
        environment: environment,
        asOf: asOf,
        folder: folder.appending(name),
        profile: entry["profile"]?.string.map(folder.appending)
      )
    }
  }
}

extension SampleManifest.Account {
  /// Reads the broker's answers.
  func snapshot() throws -> BrokerSnapshot {
    switch provider {
    case "alpaca":
      var snapshot = BrokerSnapshot(account: try AlpacaReader.account(answer("account")))
      snapshot.positions = try AlpacaReader.positions(answer("positions"))
      snapshot.orders = try AlpacaReader.orders(answer("orders"))
      return snapshot
    case "tradier":
      var account = try TradierReader.account(answer("balances"))
      if let profile { try TradierReader.add(read(profile), to: &account) }
      var snapshot = BrokerSnapshot(account: account)
      snapshot.positions = try TradierReader.positions(answer("positions"))
      snapshot.orders = try TradierReader.orders(answer("orders"))
      return snapshot
    default:
      throw SampleManifest.Failure(description: "there is no reader for the broker \(provider)")
    }
  }

  /// The files that the snapshot is made of.
  var files: [FilePath] {
    let names = provider == "tradier" ? "balances" : "account"
    return [names, "positions", "orders"].map { folder.appending("\($0).json") }
      + [profile].compactMap { $0 }
  }

  private func answer(_ name: String) throws -> JSONValue {
    try read(folder.appending("\(name).json"))
  }

  private func read(_ file: FilePath) throws -> JSONValue {
    let bytes = try file.contents()
    return try JSONValue(parsing: bytes.span)
  }
}
