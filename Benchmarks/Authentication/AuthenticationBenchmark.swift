import Authentication
import EventLoop
import HTTP
import JSON
import Observability

/// Prints what it costs to find the session of a request.
///
/// `APUS_BENCHMARKS=1 swift run -c release authentication-benchmark` runs it.
///
/// The key was made for this file, and its other half thrown away after it had signed one token.
@main
struct AuthenticationBenchmark {
  private static let publicKey = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2v6svCiegMqMlgLwS1UC
    qWiCKMTDN9jT4XwGZYjJttyzQ7dGvbRzvvaqx8dQiOiKU1/VpENXbGfnln/xhMtt
    XBOo4P/oiAk6E6/XxDmEanymtVTXOKxbJprkktJ/b6cw2zW2CQRMZI1f68tQtV0G
    735RsAFCSia9MHfUJNzs2w3y/J8LyPb3nncYggF2cP6Y9NgI3prNerEpx7uqauR8
    woRVrsAJnu8xxgIM9cnzIqAgMGxSLlus1xLXbrEzsfZXv+eMjXSq5m6sBOH8aEsc
    fCCAORf5tMxj8U+8PpclCJSboSbABWzp3j+CzoCrqvnhqYogg88MpE3YZO5irbeR
    JwIDAQAB
    -----END PUBLIC KEY-----
    """

  private static let token = [
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkphbmUgVHJhZGV",
    "yIiwiaWF0IjoxNzkwMDAwMDAwLCJleHAiOjQxMDI0NDQ4MDAsImh0dHBzOi8vaGFzdXJhLmlvL2p3dC9jbGFpbXM",
    "iOnsieC1oYXN1cmEtYWxsb3dlZC1yb2xlcyI6WyJ0cmFkZXIiLCJ2aWV3ZXIiXSwieC1oYXN1cmEtZGVmYXVsdC1",
    "yb2xlIjoidHJhZGVyIiwieC1oYXN1cmEtdXNlci1pZCI6IjQyIiwieC1oYXN1cmEtYWNjb3VudC1pZCI6IjcifX0",
    ".qNMVQB7ZYUymGZ2JwVRy6GcDoGK3-cY1Fzfzy2yfGQOWx2sYYHEKPsjKnAuOCLK5qUtAJodK5Zm8KQnHT-",
    "_WbD92GSMPFSl0pvaXdRaZ3wwgEY4R4sZsjS6-QvlXIkROfB49khzuahP8CT0XDvnl2fRHP6Fk4GjkdaCin-MVVR",
    "4kcq34kOMDe2XkyC3dQQPKoXEvj54HWCF5aqZ3xOZCOXFpZd6A4-",
    "Q4mTSaNjOxkSanEG4O5yZSrjS_7rC6n_C4ql-t0UYiPEpvFWbuXKDxilWVjubi4w7UnMMGRebJ-",
    "7jBf9ufRxYvVwML1H5tGnWdsIq1NgPPgOkU0sVMwU4sUw",
  ].joined()

  static func main() async throws {
    let secret = (name: "x-hasura-admin-secret", value: "a secret of thirty-two characters")
    let bearer = (name: "authorization", value: "Bearer \(token)")
    print("find the session of one request, the best of five rounds:")
    try await measure("admin secret", [secret], rounds: 200_000)
    try await measure("RS256 token, verified", [bearer], rounds: 5000, cacheCapacity: 0)
    try await measure("RS256 token, seen before", [bearer], rounds: 100_000)
  }

  private static func measure(
    _ name: String,
    _ fields: [(name: String, value: String)],
    rounds: Int,
    cacheCapacity: Int = 10_000
  ) async throws {
    let key: JSONValue = ["type": "RS256", "key": .string(publicKey)]
    var configuration = try AuthenticationConfiguration(
      secrets: ["a secret of thirty-two characters"],
      jwt: [try JWTConfiguration(key)]
    )
    configuration.cacheCapacity = cacheCapacity
    let loop = EventLoop.start()
    let authenticator = Authenticator(configuration, on: [loop], logger: Logger(types: []))
    // What every request sends beside them.
    let headers = HTTPHeaders(
      [("host", "localhost:8080"), ("content-type", "application/json"), ("accept", "*/*")] + fields
    )
    await withUnsafeContinuation { continuation in
      loop.spawn {
        let best = await best(of: rounds) {
          _ = try? await authenticator.session(headers, body: [], on: loop)
        }
        print("  \(name): \(best) ns")
        continuation.resume()
      }
    }
    await authenticator.stop()
    await loop.shutDown()
  }

  /// Nanoseconds a call, in the best of five rounds: other work on the machine only adds.
  private static func best(of rounds: Int, _ body: () async -> Void) async -> Int {
    var best = Int.max
    for _ in 0..<5 {
      let start = ContinuousClock.now
      for _ in 0..<rounds { await body() }
      let elapsed = ContinuousClock.now - start
      best = min(best, Int(elapsed / .nanoseconds(rounds)))
    }
    return best
  }
}
