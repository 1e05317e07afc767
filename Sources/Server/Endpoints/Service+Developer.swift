import Engine
import EventLoop
import HTTP
import JSON
import Observability

// What shows a developer how the server is doing, for administrators alone.
extension Service {
  func developerReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      let value: JSONValue =
        switch request.path {
        case "/dev/plan_cache": .null
        case "/dev/ekg": await measurements()
        default: await subscriptions()
        }
      return Reply(.json(200, value.serialized), role: session.role)
    }
  }

  /// In the form of the library ekg: each value beside its kind, a counter or a gauge.
  private func measurements() async -> JSONValue {
    let statistics = await engine.subscriptionStatistics()
    func value(_ number: Int, _ kind: String) -> JSONValue {
      ["val": .number(JSONNumber(number)), "type": .string(kind)]
    }
    return [
      "ekg": [
        "server_timestamp_ms": value(Timestamp.now().millisecondsSinceEpoch, "c")
      ],
      "apus": [
        "subscribers": value(statistics.subscribers, "g"),
        "live_query_cohorts": value(statistics.cohorts, "g"),
        "streams": value(statistics.streams, "g"),
        "subscription_statements": value(statistics.statements, "c"),
        "metadata_generation": value(engine.generation, "c"),
      ],
    ]
  }

  private func subscriptions() async -> JSONValue {
    let statistics = await engine.subscriptionStatistics()
    return [
      "subscribers": .number(JSONNumber(statistics.subscribers)),
      "live_queries": ["cohorts": .number(JSONNumber(statistics.cohorts))],
      "streaming_queries": ["streams": .number(JSONNumber(statistics.streams))],
      "statements": .number(JSONNumber(statistics.statements)),
      "change_source": .string(engine.changeSource.rawValue),
      "change_sources": changeSources,
    ]
  }
}
