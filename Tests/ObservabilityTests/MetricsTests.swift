import Testing

@testable import Observability

struct MetricsTests {
  @Test func escapesLabelsAndHelp() {
    var text = PrometheusText()
    text.begin("a_total", .counter, "one \\ two\nthree \"four\"")
    text.sample(
      "a_total",
      [(name: "x", value: "b\\c\"d\ne"), (name: "y", value: "")],
      "18446744073709551615"
    )
    #expect(
      text.text == #"""
        # HELP a_total one \\ two\nthree "four"
        # TYPE a_total counter
        a_total{x="b\\c\"d\ne",y=""} 18446744073709551615

        """#
    )
  }

  @Test func countsRequestsAndHowLongTheyTook() {
    let metrics = RequestMetrics()
    func count(_ operation: String?, failed: Bool, _ nanoseconds: UInt64) {
      metrics.count(
        .init(operation: operation, hasFailed: failed),
        requestBytes: 10,
        responseBytes: 100,
        nanoseconds: nanoseconds
      )
    }
    count("query", failed: false, 10_000_000)
    count("query", failed: false, 10_000_001)
    count("query", failed: false, 60_000_000_000)
    count(nil, failed: true, 1_500_000)
    metrics.count(nil, requestBytes: 1, responseBytes: 2, nanoseconds: 5)
    var text = PrometheusText()
    metrics.append(to: &text)
    #expect(
      text.text == """
        # HELP hasura_graphql_requests_total GraphQL requests that were answered.
        # TYPE hasura_graphql_requests_total counter
        hasura_graphql_requests_total{operation_type="query",response_status="success"} 3
        hasura_graphql_requests_total{operation_type="unknown",response_status="failed"} 1
        # HELP hasura_graphql_execution_time_seconds Time from the head of a GraphQL request to its answer.
        # TYPE hasura_graphql_execution_time_seconds histogram
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="0.01"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="0.03"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="0.1"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="0.3"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="1"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="3"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="10"} 2
        hasura_graphql_execution_time_seconds_bucket{operation_type="query",le="+Inf"} 3
        hasura_graphql_execution_time_seconds_sum{operation_type="query"} 60.020000
        hasura_graphql_execution_time_seconds_count{operation_type="query"} 3
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="0.01"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="0.03"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="0.1"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="0.3"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="1"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="3"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="10"} 1
        hasura_graphql_execution_time_seconds_bucket{operation_type="unknown",le="+Inf"} 1
        hasura_graphql_execution_time_seconds_sum{operation_type="unknown"} 0.001500
        hasura_graphql_execution_time_seconds_count{operation_type="unknown"} 1
        # HELP hasura_http_request_bytes_total Bytes of the bodies of requests.
        # TYPE hasura_http_request_bytes_total counter
        hasura_http_request_bytes_total 41
        # HELP hasura_http_response_bytes_total Bytes of the bodies of answers, before they are compressed.
        # TYPE hasura_http_response_bytes_total counter
        hasura_http_response_bytes_total 402

        """
    )
  }
}
