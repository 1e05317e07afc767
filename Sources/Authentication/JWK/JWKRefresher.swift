import EventLoop
import HTTP
import Observability

/// Fetches a set of keys again and again, on one loop, and hands it to all.
///
/// A fetch that fails is tried again: the keys that there are stay in use, and where there are none
/// yet, tokens are refused with the reason.
actor JWKRefresher {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let url: String
  private let algorithms: Set<JWTAlgorithm>
  private let store: KeyStore
  private let client: HTTPClient
  private let logger: Logger
  private var work: Task<Void, Never>?

  /// Hasura looks once a second.
  private static let shortestPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(10)
  private static let fetchTimeout = Duration.seconds(10)

  init(
    url: String,
    _ algorithms: Set<JWTAlgorithm>,
    _ store: KeyStore,
    _ client: HTTPClient,
    _ logger: Logger
  ) {
    loop = client.loop
    self.url = url
    self.algorithms = algorithms
    self.store = store
    self.client = client
    self.logger = logger
  }

  /// Returns when the first fetch has come to its end, whatever that was.
  func start() async {
    let first = await fetch()
    work = loop.spawn { await self.refresh(after: first) }
  }

  func stop() async {
    work?.cancel()
    await work?.value
  }

  private func refresh(after first: Outcome) async {
    var outcome = first
    var failures = 0
    while true {
      let pause: Duration
      switch outcome {
      case .fetched(.unknown): return
      case .fetched(.malformed): pause = Self.shortestPause
      case .fetched(.until(let expiry)):
        let left = expiry.addingClamped(-UnixTime.now())
        pause = max(.milliseconds(min(left, 31_536_000_000)), Self.shortestPause)
      case .failed:
        failures = min(failures + 1, 10)
        pause = min(Self.shortestPause * (1 << (failures - 1)), Self.longestPause)
      }
      do {
        try await loop.sleep(for: pause)
      } catch {
        return
      }
      outcome = await fetch()
      if case .fetched = outcome { failures = 0 }
    }
  }

  // MARK: - One fetch

  private enum Outcome {
    case fetched(JWKLifetime)
    case failed
  }

  private func fetch() async -> Outcome {
    logger.log(.jwkRefresh(message: "refreshing JWK from endpoint: \(shownURL)"))
    let response: HTTPClientResponse
    do {
      response = try await client.send(
        HTTPClientRequest(
          url: url,
          headers: [("accept", "application/json")],
          timeout: Self.fetchTimeout
        )
      )
    } catch {
      return fail("\(error)", logged: "Error fetching JWK: \(error)")
    }
    guard (200..<300).contains(response.status) else {
      return fail(
        "the answer has the status \(response.status)",
        logged: "Non-2xx response on fetching JWK from: \(shownURL): \(response.status)"
      )
    }
    do throws(KeyError) {
      let set = try JWKSet(response.body, algorithms)
      guard !set.keys.isEmpty else { throw KeyError("the set has no key that can be used") }
      store.replace(set.keys)
    } catch {
      return fail(
        error.message,
        logged: "Error parsing JWK from url: \(shownURL): \(error.message)"
      )
    }
    let lifetime = JWKLifetime(response, at: UnixTime.now())
    if case .malformed(let message) = lifetime { logger.log(.jwkRefresh(message: message)) }
    return .fetched(lifetime)
  }

  private func fail(_ reason: String, logged message: String) -> Outcome {
    store.fail(reason)
    // The server's own end is no failure of the endpoint.
    if !Task.isCancelled { logger.log(.jwkRefreshFailed(message: message)) }
    return .failed
  }

  /// The URL without what may be secret in it.
  private var shownURL: String { ShownURL.text(of: url) }
}
