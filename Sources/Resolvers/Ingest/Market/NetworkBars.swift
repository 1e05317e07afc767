import JSON

/// Daily bars of providers that are asked over HTTP.
struct NetworkBars {
  let client: ProviderSession
  let settings: ProviderSettings

  /// Names the variables of the environment that a provider needs.
  static func check(_ provider: MarketSpec.Provider, _ settings: ProviderSettings) throws {
    switch provider {
    case .alpaca:
      _ = try settings.credential("APCA_API_KEY_ID")
      _ = try settings.credential("APCA_API_SECRET_KEY")
    case .polygon: _ = try settings.credential("POLYGON_API_KEY")
    case .fred: _ = try settings.credential("FRED_API_KEY")
    case .csv, .lean, .dbn: return
    }
  }

  /// The bars of symbols from one day to another.
  func bars(
    _ provider: MarketSpec.Provider,
    _ symbols: [String],
    _ days: ClosedRange<Int>,
    isAdjusted: Bool
  ) async throws -> [StagedBars] {
    switch provider {
    case .alpaca: return try await alpaca(symbols, days, isAdjusted: isAdjusted)
    default:
      var all: [StagedBars] = []
      for symbol in symbols { all.append(try await polygon(symbol, days, isAdjusted: isAdjusted)) }
      return all
    }
  }

  private static func text(_ day: Int) -> String { CivilDate(daysSince1970: day).description }

  // MARK: - Alpaca

  /// Pages hold some of the symbols each, in their order; `bars` may be null.
  private func alpaca(
    _ symbols: [String],
    _ days: ClosedRange<Int>,
    isAdjusted: Bool
  ) async throws -> [StagedBars] {
    var bars = Dictionary(uniqueKeysWithValues: symbols.map { ($0, StagedBars(symbol: $0)) })
    let (key, secret) = (
      try settings.credential("APCA_API_KEY_ID"), try settings.credential("APCA_API_SECRET_KEY")
    )
    var token: String?
    var seen: Set<String> = []
    repeat {
      let query = URLText.query([
        ("symbols", symbols.joined(separator: ",")), ("timeframe", "1Day"),
        ("start", Self.text(days.lowerBound)), ("end", Self.text(days.upperBound)),
        ("limit", "10000"), ("adjustment", isAdjusted ? "all" : "raw"), ("sort", "asc"),
        ("page_token", token),
      ])
      let page = try await client.json(
        ProviderClient.Request(
          provider: "alpaca",
          token: key,
          perMinute: 200,
          url: settings.alpacaDataURL + "/v2/stocks/bars" + query,
          headers: [
            (name: "apca-api-key-id", value: key), (name: "apca-api-secret-key", value: secret),
          ]
        )
      )
      for member in page["bars"]?.object?.members ?? [] where bars[member.key] != nil {
        for bar in member.value.array ?? [] {
          let day = bar["t"]?.string.flatMap { CivilDate($0.prefix(10)) }?.daysSince1970
          Self.add(bar, day, days, to: &bars[member.key])
        }
      }
      token = page["next_page_token"]?.string
      // The same page again would go on for ever.
      if let token, !seen.insert(token).inserted {
        throw JobFailure("broken-answer", "alpaca answers the same page again", retries: true)
      }
    } while token != nil
    return symbols.compactMap { bars[$0] }
  }

  private static func add(
    _ bar: JSONValue,
    _ day: Int?,
    _ days: ClosedRange<Int>,
    to bars: inout StagedBars?
  ) {
    func number(_ key: String) -> Int64? {
      bar[key]?.number.flatMap { FixedDecimal.parse(json: $0.text) }
    }
    let line = (bars?.count ?? 0) + 1
    guard let day else {
      bars?.reject(line: line, "no day")
      return
    }
    guard days.contains(day) else { return }
    guard let open = number("o"), let high = number("h"), let low = number("l"),
      let close = number("c"), let volume = number("v")
    else {
      bars?.reject(line: line, "a price is missing or no number")
      return
    }
    bars?.append(day: day, open: open, high: high, low: low, close: close, volume: volume)
  }

  // MARK: - Polygon

  private func polygon(
    _ symbol: String,
    _ days: ClosedRange<Int>,
    isAdjusted: Bool
  ) async throws -> StagedBars {
    let key = try settings.credential("POLYGON_API_KEY")
    var bars: StagedBars? = StagedBars(symbol: symbol)
    var target =
      "/v2/aggs/ticker/\(URLText.escaped(symbol))/range/1/day/\(Self.text(days.lowerBound))/"
      + Self.text(days.upperBound)
      + URLText.query([
        ("adjusted", isAdjusted ? "true" : "false"), ("sort", "asc"), ("limit", "50000"),
      ])
    var seen: Set<String> = [target]
    while true {
      let page = try await client.json(
        ProviderClient.Request(
          provider: "polygon",
          token: key,
          // What a plan allows is not known here: 429 tells.
          perMinute: 600,
          url: settings.polygonURL + target,
          headers: [(name: "authorization", value: "Bearer \(key)")]
        )
      )
      if page["status"] == "ERROR" || page["status"] == "NOT_AUTHORIZED" {
        let words = page["error"]?.string ?? page["message"]?.string ?? "an error"
        throw JobFailure("provider", "polygon answered: \(words)", retries: false)
      }
      for bar in page["results"]?.array ?? [] {
        let time = bar["t"]?.number?.int
        Self.add(bar, time.map { $0.floorDivided(by: 86_400_000) }, days, to: &bars)
      }
      guard let next = page["next_url"]?.string else { break }
      // The key goes to the configured server and to no other.
      target = try Self.target(of: next)
      guard seen.insert(target).inserted else {
        throw JobFailure("broken-answer", "polygon answers the same page again", retries: true)
      }
    }
    return bars ?? StagedBars(symbol: symbol)
  }

  /// The path and query of an absolute URL.
  private static func target(of url: String) throws -> String {
    guard let scheme = url.firstRange(of: "://"),
      let slash = url[scheme.upperBound...].firstIndex(of: "/")
    else { throw JobFailure("broken-answer", "polygon's next_url is no URL", retries: true) }
    return String(url[slash...])
  }
}

/// Series of FRED.
struct FREDSeries {
  struct Observation: Sendable {
    var day: String
    var realtimeStart: String
    var realtimeEnd: String
    /// Nil for FRED's `.`.
    var value: String?
  }

  private static let page = 100_000

  let client: ProviderSession
  let settings: ProviderSettings

  func observations(_ series: String, from: Int?, to: Int?) async throws -> [Observation] {
    let key = try settings.credential("FRED_API_KEY")
    var all: [Observation] = []
    var offset = 0
    while true {
      let query = URLText.query([
        ("series_id", series), ("api_key", key), ("file_type", "json"),
        ("observation_start", from.map { CivilDate(daysSince1970: $0).description }),
        ("observation_end", to.map { CivilDate(daysSince1970: $0).description }),
        ("limit", String(Self.page)), ("offset", String(offset)), ("sort_order", "asc"),
      ])
      let answer = try await client.json(
        ProviderClient.Request(
          provider: "fred",
          token: key,
          perMinute: 120,
          url: settings.fredURL + "/fred/series/observations" + query
        )
      )
      guard let page = answer["observations"]?.array else {
        throw JobFailure("broken-answer", "fred answered no observations", retries: true)
      }
      for entry in page {
        guard let day = entry["date"]?.string, CivilDate(day) != nil else {
          throw JobFailure("broken-answer", "an observation of fred has no date", retries: true)
        }
        let value = entry["value"]?.string ?? entry["value"]?.number?.text
        guard value == "." || value == nil || ExactDecimal(value ?? "") != nil else {
          throw JobFailure("broken-answer", "an observation of fred is no number", retries: true)
        }
        all.append(
          Observation(
            day: day,
            realtimeStart: entry["realtime_start"]?.string ?? day,
            realtimeEnd: entry["realtime_end"]?.string ?? "9999-12-31",
            value: value == "." ? nil : value
          )
        )
      }
      let count = answer["count"]?.int ?? 0
      offset += page.count
      guard !page.isEmpty, offset < count else { return all }
    }
  }
}
