import Testing

@testable import Engine

/// Conditions on aggregates, over the same tables.
extension GroupByTests {
  @Test func comparesAggregatesOfAllNumbers() async throws {
    func strategies(_ condition: String) -> String {
      "{ strategies(where: {trades_aggregate: {\(condition)}}, order_by: {id: asc}) { id } }"
    }
    func answer(_ ids: Int...) -> String {
      #"{"data":{"strategies":["# + ids.map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]}}"
    }
    try await check(
      (
        strategies("sum: {arguments: pnl, predicate: {_eq: \"9007199254741000.2501\"}}"),
        answer(1)
      ),
      (
        strategies("sum: {arguments: pnl, predicate: {_eq: 9007199254741000.2501}}"), answer(1)
      ),
      (strategies("avg: {arguments: qty, predicate: {_gt: 14}}"), answer(2)),
      (
        strategies("max: {arguments: qty, distinct: true, predicate: {_in: [3, 15]}}"), answer(1, 2)
      ),
      (strategies("min: {arguments: fee, predicate: {_lt: 1.15}}"), answer(1)),
      (strategies("sum: {arguments: risk, predicate: {_eq: 2}}"), answer(1)),
      (strategies("stddev_samp: {arguments: qty, predicate: {_eq: 1}}"), answer(1)),
      (strategies("var_samp: {arguments: qty, predicate: {_lt: 1}}"), answer(2)),
      (strategies("corr: {arguments: {X: qty, Y: risk}, predicate: {_gt: 0.9}}"), answer(1)),
      (
        strategies("covar_samp: {arguments: {X: qty, Y: pnl}, predicate: {_is_null: true}}"),
        answer(2, 3)
      )
    )
  }
}
