import Authentication
import Engine
import EventLoop
import HTTP
import JSON
import Observability
import PostgresClient

// What Prometheus asks, with the names of Hasura's Enterprise Edition where it measures the same.
extension Service {
  /// Answers whoever has the secret of the metrics, and administrators.
  func metricsReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    if let secret = settings.metricsSecret, let given = request.headers["authorization"],
      given.hasPrefix("Bearer "), secret.contain(Array(given.utf8)[7...])
    {
      return Reply(await metrics())
    }
    return await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      return Reply(await metrics(), role: session.role)
    }
  }

  private func metrics() async -> HTTPResponse {
    var text = PrometheusText()
    requests.append(to: &text)
    text.add(
      "hasura_websocket_connections",
      .gauge,
      "Websockets that are open.",
      String(sockets.count)
    )
    append(await engine.subscriptionStatistics(), to: &text)
    await appendConnections(to: &text)
    text.add(
      "apus_metadata_generation",
      .counter,
      "Grows with each change of the metadata or of what they name in the database.",
      String(engine.generation)
    )
    ProcessMetrics.append(to: &text)
    return HTTPResponse(
      status: 200,
      headers: [(name: "content-type", value: PrometheusText.mediaType)],
      body: Array(text.text.utf8)
    )
  }

  private func append(_ statistics: SubscriptionStatistics, to text: inout PrometheusText) {
    func label(_ kind: String) -> [(name: String, value: String)] {
      [(name: "subscription_kind", value: kind)]
    }
    let active = "hasura_active_subscriptions"
    text.begin(active, .gauge, "Subscriptions that run.")
    text.sample(active, String(statistics.subscribers))
    let pollers = "hasura_active_subscription_pollers"
    text.begin(pollers, .gauge, "Results that subscriptions share, each refreshed by itself.")
    text.sample(pollers, label("live-query"), String(statistics.cohorts))
    text.sample(pollers, label("streaming"), String(statistics.streams))
    text.add(
      "apus_subscription_statements_total",
      .counter,
      "SQL statements that were sent for subscriptions.",
      String(statistics.statements)
    )
    let source = "apus_change_source"
    text.begin(
      source,
      .gauge,
      "How changes of rows of the source default are learnt of: 1 for the one that is on."
    )
    let current = engine.changeSource
    for kind in ChangeSource.allCases {
      text.sample(source, [(name: "source", value: kind.rawValue)], kind == current ? "1" : "0")
    }
    let each = "apus_source_change_source"
    text.begin(each, .gauge, "The same of every source of the metadata.")
    for (name, current) in engine.changeSources {
      for kind in ChangeSource.allCases {
        text.sample(
          each,
          [(name: "source_name", value: name), (name: "source", value: kind.rawValue)],
          kind == current ? "1" : "0"
        )
      }
    }
  }

  private func appendConnections(to text: inout PrometheusText) async {
    let connections = await engine.connectionStatistics()
    let open = "hasura_postgres_connections"
    text.begin(open, .gauge, "Connections to the main database, by what they do.")
    text.sample(open, [(name: "state", value: "idle")], String(connections.idle))
    text.sample(
      open,
      [(name: "state", value: "busy")],
      String(connections.open - connections.idle)
    )
    text.add(
      "apus_postgres_waiting_requests",
      .gauge,
      "Requests that wait for a connection.",
      String(connections.waiting)
    )
  }
}
