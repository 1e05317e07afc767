import JSON
import Synchronization

/// How many requests one run has made, those that were repeated included.
final class RequestCounter: Sendable {
  private let requests = Atomic<Int>(0)

  func note() { requests.add(1, ordering: .relaxed) }
  var count: Int { requests.load(ordering: .relaxed) }
}

/// The client that runs share, as one run uses it.
struct ProviderSession: Sendable {
  let client: ProviderClient
  let counter = RequestCounter()

  var requestCount: Int { counter.count }

  func json(_ request: ProviderClient.Request) async throws -> JSONValue {
    try await client.json(request, counter)
  }
}
