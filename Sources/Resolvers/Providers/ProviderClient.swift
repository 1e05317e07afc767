package import EventLoop
import HTTP
import JSON

/// Asks providers of data over HTTP: in their pace, and again where that may help.
///
/// One for each loop; budgets are kept for each provider and token. 429, 502, 503 and 504 are tried
/// again after what the answer says (`Retry-After`, or when the limit is reset), else after pauses that
/// double; so are connections that fail. 401, 403 and 422 never are.
package actor ProviderClient {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// A request as its provider wants it.
  struct Request: Sendable {
    var provider: String
    /// Of whom the budget is; never shown.
    var token: String
    var perMinute: Int
    var url: String
    var headers: [(name: String, value: String)] = []
  }

  private static let attempts = 5

  private let client: HTTPClient
  private let settings: ProviderSettings
  private var budgets: [String: RequestBudget] = [:]

  package init(_ settings: ProviderSettings, on loop: EventLoop) {
    self.settings = settings
    self.loop = loop
    var configuration = HTTPClientConfiguration()
    configuration.maximumHostConnections = 8
    client = HTTPClient(configuration, on: loop)
  }

  package func close() async { await client.close() }

  /// The JSON of an answer of 200.
  func json(_ request: Request, _ counter: RequestCounter) async throws -> JSONValue {
    let response = try await send(request, counter)
    do {
      return try JSONValue(parsing: response.body.span)
    } catch {
      throw JobFailure(
        "broken-answer",
        "\(request.provider) answered something that is no JSON: \(error)",
        retries: true
      )
    }
  }

  private func send(
    _ request: Request,
    _ counter: RequestCounter
  ) async throws -> HTTPClientResponse {
    let key = "\(request.provider) \(request.token)"
    let budget = budgets[key] ?? RequestBudget(perMinute: request.perMinute)
    budgets[key] = budget
    var attempt = 0
    while true {
      try await waitTurn(budget, request)
      counter.note()
      attempt += 1
      var failure: JobFailure
      var wish: Duration?
      switch await answer(to: request) {
      case .success(let response):
        noteLimits(of: response, budget)
        if response.status == 200 { return response }
        failure = Self.failure(of: response, request.provider)
        guard [429, 502, 503, 504].contains(response.status) else { throw failure }
        wish = Self.pause(response)
        if response.status == 429 { budget.pause(until: .now + (wish ?? .zero)) }
      case .failure(let error):
        if error.reason == .cancelled { throw CancellationError() }
        let isPassing = [.unknownHost, .connectionFailed, .timedOut, .brokenAnswer]
          .contains(error.reason)
        failure = JobFailure("provider", "\(request.provider): \(error)", retries: isPassing)
        guard isPassing else { throw failure }
      }
      guard attempt < Self.attempts else { throw failure }
      let pause = wish ?? Self.backoff(attempt)
      guard pause <= settings.longestPause else {
        // The job waits in the queue instead, and its slot is another's.
        failure.pause = pause
        throw failure
      }
      try await loop.sleep(for: pause)
    }
  }

  private func waitTurn(_ budget: RequestBudget, _ request: Request) async throws {
    while case let pause = budget.take(), pause > .zero {
      guard pause <= settings.longestPause else {
        throw JobFailure(
          "rate-limit",
          "\(request.provider) takes no more requests for now",
          retries: true,
          pause: pause
        )
      }
      try await loop.sleep(for: pause)
    }
  }

  private func answer(to request: Request) async -> Result<HTTPClientResponse, HTTPClientError> {
    do throws(HTTPClientError) {
      return .success(
        try await client.send(
          HTTPClientRequest(
            url: request.url,
            headers: request.headers + [(name: "accept", value: "application/json")],
            timeout: settings.timeout,
            maximumBodyBytes: 256 << 20
          )
        )
      )
    } catch {
      return .failure(error)
    }
  }

  /// 250 ms, doubled each time, give or take a quarter.
  private static func backoff(_ attempt: Int) -> Duration {
    .milliseconds(Double(125 << attempt) * Double.random(in: 0.75...1.25))
  }

  // MARK: - What answers say of limits

  private func noteLimits(of response: HTTPClientResponse, _ budget: RequestBudget) {
    let remaining = response["x-ratelimit-remaining"] ?? response["x-ratelimit-available"]
    guard response.status == 200, let remaining, Int(remaining) == 0,
      let pause = Self.untilReset(response)
    else { return }
    budget.pause(until: .now + pause)
  }

  private static func pause(_ response: HTTPClientResponse) -> Duration? {
    if let pause = response["retry-after"].flatMap(retryAfter) { return pause }
    return response.status == 429 ? untilReset(response) : nil
  }

  /// Seconds, or the date to wait for: RFC 9110 §10.2.3.
  ///
  /// A day at most, for a header may say anything.
  static func retryAfter(_ text: String) -> Duration? {
    let seconds =
      Double(text) ?? HTTPDate.milliseconds(text).map { Double($0) / 1000 - Double(UnixClock.now) }
    guard let seconds, seconds >= 0 else { return nil }
    return .seconds(min(seconds, 86_400))
  }

  /// Alpaca says seconds since 1970, Tradier milliseconds.
  private static func untilReset(_ response: HTTPClientResponse) -> Duration? {
    guard let text = response["x-ratelimit-reset"] ?? response["x-ratelimit-expiry"],
      var seconds = Double(text)
    else { return nil }
    if seconds > 1e11 { seconds /= 1000 }
    let pause = seconds - Double(UnixClock.now)
    return pause > 0 ? .seconds(min(pause, 3600)) : nil
  }

  /// An answer that is no data, in the provider's own words where it has some.
  private static func failure(of response: HTTPClientResponse, _ provider: String) -> JobFailure {
    let status = response.status
    let retries = [429, 500, 502, 503, 504].contains(status)
    let code =
      switch status {
      case 401, 403: "unauthorized"
      case 429: "rate-limit"
      default: "provider"
      }
    let words = ProviderWords.message(of: response.body)
    return JobFailure(
      code,
      "\(provider) answered \(status)\(words.map { ": \($0)" } ?? "")",
      retries: retries
    )
  }
}

/// What a provider says about an error.
enum ProviderWords {
  private static let longest = 300

  /// From `message`, `error`, `error_message` or `fault`, or the text itself where it is short.
  static func message(of body: [UInt8]) -> String? {
    guard let json = try? JSONValue(parsing: body.span) else {
      let text = String(decoding: body.prefix(longest), as: UTF8.self)
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init)
      // A page of HTML says nothing that helps.
      return line.flatMap { $0.contains("<") || $0.isEmpty ? nil : $0 }
    }
    let candidates = [
      json["message"], json["error_message"], json["error"], json["fault"]?["faultstring"],
      json["errors"]?["error"],
    ]
    for candidate in candidates {
      if let text = candidate?.string { return String(text.prefix(longest)) }
      if let text = candidate?.array?.first?.string { return String(text.prefix(longest)) }
    }
    return nil
  }
}
