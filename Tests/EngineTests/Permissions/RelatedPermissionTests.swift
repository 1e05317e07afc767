import JSON
import Testing

@testable import Engine

/// Updates through relationships keep to the permissions of each table that they write.
@Suite(.timeLimit(.minutes(2))) struct RelatedPermissionTests {
  private let fixture = WritePermissionTests()

  private func related(_ changes: String, of id: Int = 1) -> String {
    """
    mutation { update_accounts_by_pk(pk_columns: {id: \(id)}, related: {orders: {\(changes)}}) {
      id orders(order_by: {id: asc}) { id qty } } }
    """
  }

  private func error(_ code: String, _ message: String, _ rest: String) -> String {
    WritingFixture.error(message, "$.selectionSet.update_accounts_by_pk.args\(rest)", code)
  }

  @Test func touchesOnlyRowsThatItMay() async throws {
    try await fixture.check(
      (
        related("delete: {}, update: [{where: {}, _set: {qty: 1}}]"),
        // Order 12 is approved, and so may be changed but not deleted.
        #"{"data":{"update_accounts_by_pk":{"id":1,"orders":[{"id":12,"qty":1}]}}}"#
      ),
      (
        related("delete: {}, update: [{where: {}, _set: {qty: 1}}]", of: 2),
        #"{"data":{"update_accounts_by_pk":null}}"#
      ),
      after: #"{"data":{"orders":[{"id":11},{"id":12}]}}"#
    )
  }

  @Test func checksAndPresetsWhatItInserts() async throws {
    try await fixture.check(
      (
        related("insert: {data: [{id: 20, qty: 2}]}"),
        #"{"data":{"update_accounts_by_pk":{"id":1,"orders":[{"id":10,"qty":5},"#
          + #"{"id":12,"qty":7},{"id":20,"qty":2}]}}}"#
      ),
      (
        related(
          "insert: {data: [{id: 11, qty: 2}], on_conflict: {constraint: orders_pkey, "
            + "update_columns: [qty]}}"
        ),
        // The conflicting row is another's: it stays, and nothing is inserted.
        #"{"data":{"update_accounts_by_pk":{"id":1,"orders":[{"id":10,"qty":5},"#
          + #"{"id":12,"qty":7},{"id":20,"qty":2}]}}}"#
      ),
      (
        related("insert: {data: [{id: 21, qty: 2, placed_by: \"x\"}]}"),
        error(
          "validation-failed",
          "field 'placed_by' not found in type: 'orders_insert_input'",
          ".related.orders.insert.data[0].placed_by"
        )
      ),
      (
        related("insert: {data: [{id: 21, qty: 2}]}", of: 2),
        error(
          "not-supported",
          "cannot insert through relationship \"orders\" since the update does not find exactly one "
            + "row of table \"accounts\"",
          ".related.orders.insert"
        )
      ),
      after: #"{"data":{"orders":[{"id":10},{"id":11},{"id":12},{"id":20}]}}"#
    )
  }

  @Test func checksTheRowAboveAfterItsChange() async throws {
    try await fixture.check(
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 1}, _set: {kind: "margin"},
            related: {orders: {delete: {}}}) { id } }
        """,
        WritingFixture.error(WritePermissionTests.refusal, "$", "permission-error")
      )
    )
  }

  @Test func offersOnlyWhatTheRoleMayWrite() async throws {
    let harness = try await EngineHarness(
      sql: WritePermissionTests.sql,
      metadata: WritePermissionTests.metadata
    )
    let types = await harness.answer(
      """
      { row: __type(name: "accounts_related_input") { inputFields { name type { name } } }
        many: __type(name: "orders_related_changes") { inputFields { name } }
        one: __type(name: "accounts_related_row_changes") { inputFields { name } } }
      """,
      as: WritePermissionTests.ann
    )
    await harness.stop()
    #expect(
      types
        == #"{"data":{"row":{"inputFields":[{"name":"orders","type":{"name":"orders_related_changes"}}]},"#
        + #""many":{"inputFields":[{"name":"delete"},{"name":"insert"},{"name":"update"}]},"#
        + #""one":{"inputFields":[{"name":"update"}]}}}"#
    )
  }
}
