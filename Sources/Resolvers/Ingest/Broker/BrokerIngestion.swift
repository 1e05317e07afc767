import EventLoop
import JSON
import PostgresClient

/// Brings a broker's account with its positions and orders into `brokerage.*`, in one transaction.
struct BrokerIngestion {
  private let context: JobContext
  private let spec: BrokerSpec
  private let settings: ProviderSettings
  private let client: ProviderSession

  static func run(
    _ context: JobContext,
    _ settings: ProviderSettings,
    _ client: ProviderClient
  ) async throws -> JSONObject {
    let spec: BrokerSpec
    do {
      spec = try BrokerSpec(context.spec, settings)
    } catch {
      throw JobFailure("bad-spec", "\(error)", retries: false)
    }
    return try await BrokerIngestion(
      context: context,
      spec: spec,
      settings: settings,
      client: ProviderSession(client: client)
    ).run()
  }

  private func run() async throws -> JSONObject {
    let ledger = try await RunLedger.start(
      context,
      Ingestion.Dataset(
        id: "broker.\(spec.provider.rawValue)",
        name: "Accounts at \(spec.provider.rawValue)",
        tier: "bronze",
        kind: "brokerage",
        provider: spec.provider.rawValue,
        description: "Snapshots of accounts, positions and orders"
      ),
      pipeline: "ingest_broker",
      window: (nil, nil),
      params: ["environment": .string(spec.environment)]
    )
    do {
      let (snapshot, asOf) = try await snapshot()
      let orders = snapshot.orders.count
      try await ledger.enter(
        "publish",
        "\(snapshot.positions.count) positions, \(orders) orders"
      )
      let requests = client.requestCount
      let written = try await context.withTransaction { connection in
        let written = try await BrokerStore(connection).save(
          snapshot,
          environment: spec.environment,
          asOf: asOf,
          run: ledger.id
        )
        try await ledger.succeed(
          connection,
          read: 1 + snapshot.positions.count + orders,
          written: written,
          requests: requests
        )
        return written
      }
      return [
        "account": .string(snapshot.account.externalID),
        "positions": .number(JSONNumber(snapshot.positions.count)),
        "orders": .number(JSONNumber(orders)), "rows_written": .number(JSONNumber(written)),
      ]
    } catch {
      let failure = Self.failure(error)
      let requests = client.requestCount
      let task = context.loop.spawn { await ledger.fail(failure, requests: requests) }
      await task.value
      if error is CancellationError { throw error }
      throw failure
    }
  }

  /// An answer that is not as documented may be whole the next time; a refusal will not be.
  private static func failure(_ error: any Error) -> JobFailure {
    guard let error = error as? BrokerError else { return JobFailure(error) }
    switch error.reason {
    case .refused: return JobFailure("refused", error.description, retries: false)
    case .unexpected: return JobFailure("broken-answer", error.description, retries: true)
    }
  }

  private func snapshot() async throws -> (BrokerSnapshot, Timestamp) {
    guard let asOf = Timestamp(seconds: UnixClock.now) else {
      throw JobFailure("clock", "the clock shows no time", retries: false)
    }
    switch spec.provider {
    case .alpaca: return (try await alpaca(), asOf)
    case .tradier: return (try await tradier(), asOf)
    }
  }

  // MARK: - Alpaca

  private func alpaca(_ path: String) async throws -> JSONValue {
    let key = try settings.credential("APCA_API_KEY_ID")
    return try await client.json(
      ProviderClient.Request(
        provider: "alpaca",
        token: key,
        perMinute: 200,
        url: settings.alpacaURL + path,
        headers: [
          (name: "apca-api-key-id", value: key),
          (name: "apca-api-secret-key", value: try settings.credential("APCA_API_SECRET_KEY")),
        ]
      )
    )
  }

  private func alpaca() async throws -> BrokerSnapshot {
    var snapshot = BrokerSnapshot(
      account: try AlpacaReader.account(try await alpaca("/v2/account"))
    )
    if let wanted = spec.account, wanted != snapshot.account.externalID,
      wanted != snapshot.account.accountNumber
    {
      throw JobFailure(
        "wrong-account",
        "the credentials are not those of the account \(wanted)",
        retries: false
      )
    }
    try await context.progress(1, of: 3, "read the account")
    snapshot.positions = try AlpacaReader.positions(try await alpaca("/v2/positions"))
    try await context.progress(2, of: 3, "read \(snapshot.positions.count) positions")
    snapshot.orders = try await alpacaOrders()
    return snapshot
  }

  /// Pages go on after the time of the last order, which comes again: what is known is left out.
  private func alpacaOrders() async throws -> [BrokerOrder] {
    let size = 500
    var orders: [BrokerOrder] = []
    var known: Set<String> = []
    var after: String?
    while true {
      let query = URLText.query([
        ("status", "all"), ("limit", String(size)), ("direction", "asc"), ("nested", "true"),
        ("after", after),
      ])
      let answer = try await alpaca("/v2/orders" + query)
      let page = try AlpacaReader.orders(answer)
      let entries = answer.array ?? []
      let new = page.filter { known.insert($0.externalID).inserted }
      orders += new
      guard entries.count >= size, let last = entries.last?["submitted_at"]?.string, !new.isEmpty,
        last != after
      else { return orders }
      after = last
    }
  }

  // MARK: - Tradier

  private func tradier(_ path: String) async throws -> JSONValue {
    let token = try settings.credential("TRADIER_ACCESS_TOKEN")
    return try await client.json(
      ProviderClient.Request(
        provider: "tradier",
        token: token,
        perMinute: spec.environment == "live" ? 120 : 60,
        url: settings.tradierURL + path,
        headers: [(name: "authorization", value: "Bearer \(token)")]
      )
    )
  }

  private func tradier() async throws -> BrokerSnapshot {
    let account = spec.account ?? ""
    let path = "/v1/accounts/\(URLText.escaped(account))"
    let profile = try await tradierProfile()
    var snapshot = BrokerSnapshot(
      account: try TradierReader.account(try await tradier("\(path)/balances"))
    )
    if let profile { try TradierReader.add(profile, to: &snapshot.account) }
    try await context.progress(1, of: 3, "read the balances")
    snapshot.positions = try TradierReader.positions(try await tradier("\(path)/positions"))
    try await context.progress(2, of: 3, "read \(snapshot.positions.count) positions")
    snapshot.orders = try await tradierOrders(path)
    return snapshot
  }

  /// The sandbox may refuse it; nothing depends on it.
  private func tradierProfile() async throws -> JSONValue? {
    do {
      return try await tradier("/v1/user/profile")
    } catch let failure as JobFailure where !failure.retries {
      return nil
    }
  }

  /// Pages end with an empty one, which is the text `null`, or with a short one.
  private func tradierOrders(_ path: String) async throws -> [BrokerOrder] {
    let size = 100
    var orders: [BrokerOrder] = []
    var known: Set<String> = []
    var page = 1
    while true {
      let query = URLText.query([
        ("page", String(page)), ("limit", String(size)), ("includeTags", "true"),
      ])
      let entries = try TradierReader.orders(try await tradier("\(path)/orders" + query))
      let new = entries.filter { known.insert($0.externalID).inserted }
      orders += new
      guard entries.count >= size, !new.isEmpty else { return orders }
      page += 1
    }
  }
}
