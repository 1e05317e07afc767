/// What a person at the terminal sees when the server answers: where it is, and a first request.
struct ReadyMessage {
  var host: String
  var port: Int
  var query: String
  var needsSecret: Bool

  /// What the README asks first; for the platform's own database.
  static let platformQuery =
    "{ backtests_run_summary(order_by: {sharpe_ratio: desc_nulls_last}, limit: 5) "
    + "{ run_id algorithm_name sharpe_ratio drawdown "
    + "equity_points_aggregate { aggregate { count } } } }"

  var url: String { "http://\(urlHost):\(port)/v1/graphql" }

  /// An address that a client on this machine can use; `*` and the like are none.
  private var urlHost: String {
    switch host {
    case "*", "0.0.0.0", "::": "127.0.0.1"
    case _ where host.contains(":") && !host.hasPrefix("["): "[\(host)]"
    default: host
    }
  }

  var text: String {
    let secret =
      needsSecret ? #" -H "x-hasura-admin-secret: $HASURA_GRAPHQL_ADMIN_SECRET""# : ""
    return """
      Ready at \(url)
      curl -s \(url) -H 'content-type: application/json'\(secret) -d '{"query":"\(query)"}'

      """
  }
}
