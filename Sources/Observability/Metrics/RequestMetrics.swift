import Synchronization

/// Counts the requests of a server and how long they took, for all its loops.
///
/// The lock is held for a few additions: a request takes it once.
package final class RequestMetrics: Sendable {
  /// What requests are told apart by: the labels of Hasura's `hasura_graphql_requests_total`.
  package struct Key: Hashable, Sendable {
    /// `query`, `mutation`, `subscription`, or `unknown` where the request did not come so far.
    package var operation: String
    package var hasFailed: Bool

    package init(operation: String?, hasFailed: Bool) {
      self.operation = operation ?? "unknown"
      self.hasFailed = hasFailed
    }

    fileprivate var labels: [(name: String, value: String)] {
      [
        (name: "operation_type", value: operation),
        (name: "response_status", value: hasFailed ? "failed" : "success"),
      ]
    }
  }

  private struct State {
    var requests: [Key: UInt64] = [:]
    var durations: [String: DurationHistogram] = [:]
    var requestBytes: UInt64 = 0
    var responseBytes: UInt64 = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// `key` is nil for a request that is not one of GraphQL.
  package func count(
    _ key: Key?,
    requestBytes: Int,
    responseBytes: Int,
    nanoseconds: UInt64
  ) {
    state.withLock { state in
      state.requestBytes &+= UInt64(requestBytes)
      state.responseBytes &+= UInt64(responseBytes)
      guard let key else { return }
      state.requests[key, default: 0] &+= 1
      state.durations[key.operation, default: DurationHistogram()].add(nanoseconds: nanoseconds)
    }
  }

  package func append(to text: inout PrometheusText) {
    let state = state.withLock { $0 }
    let name = "hasura_graphql_requests_total"
    text.begin(name, .counter, "GraphQL requests that were answered.")
    let keys = state.requests.keys.sorted {
      ($0.operation, $0.hasFailed ? 1 : 0) < ($1.operation, $1.hasFailed ? 1 : 0)
    }
    for key in keys { text.sample(name, key.labels, String(state.requests[key] ?? 0)) }
    let time = "hasura_graphql_execution_time_seconds"
    text.begin(time, .histogram, "Time from the head of a GraphQL request to its answer.")
    for (operation, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
      histogram.append(to: &text, time, [(name: "operation_type", value: operation)])
    }
    text.add(
      "hasura_http_request_bytes_total",
      .counter,
      "Bytes of the bodies of requests.",
      String(state.requestBytes)
    )
    text.add(
      "hasura_http_response_bytes_total",
      .counter,
      "Bytes of the bodies of answers, before they are compressed.",
      String(state.responseBytes)
    )
  }
}
