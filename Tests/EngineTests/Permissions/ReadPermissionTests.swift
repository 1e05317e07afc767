import JSON
import Testing

@testable import Engine

/// Each way by which a role might reach rows or values that it may not read.
@Suite(.timeLimit(.minutes(2))) struct ReadPermissionTests {
  @Test func showsOnlyTheRowsOfTheFilter() async throws {
    try await AccountsFixture.check(
      (
        "{ accounts(order_by: {id: asc}) { id owner } }",
        #"{"data":{"accounts":[{"id":1,"owner":"ann"},{"id":3,"owner":"ann"}]}}"#
      ),
      (
        "{ a: accounts_by_pk(id: 1) { id } b: accounts_by_pk(id: 2) { id } }",
        #"{"data":{"a":{"id":1},"b":null}}"#
      ),
      ("{ accounts_by_pk(id: 2) { id } }", #"{"data":{"accounts_by_pk":null}}"#),
      (
        "{ accounts(where: {_or: [{id: {_eq: 2}}, {id: {_eq: 3}}]}) { id } }",
        #"{"data":{"accounts":[{"id":3}]}}"#
      ),
      (
        "{ accounts(where: {_not: {id: {_eq: 1}}}) { id } }",
        #"{"data":{"accounts":[{"id":3}]}}"#
      ),
      (
        "{ accounts(distinct_on: desk_id, order_by: [{desk_id: desc}, {equity: desc}]) { id } }",
        #"{"data":{"accounts":[{"id":3},{"id":1}]}}"#
      ),
      (
        "{ accounts(order_by: {id: desc}, limit: 1, offset: 1) { id } }",
        #"{"data":{"accounts":[{"id":1}]}}"#
      )
    )
  }

  @Test func showsNoOtherRowByARelationship() async throws {
    try await AccountsFixture.check(
      (
        "{ desks(order_by: {id: asc}) { id accounts(order_by: {id: asc}) { id } } }",
        #"{"data":{"desks":[{"id":1,"accounts":[{"id":1}]},{"id":2,"accounts":[{"id":3}]}]}}"#
      ),
      (
        "{ orders(order_by: {id: asc}, limit: 3) { id account { owner } } }",
        #"{"data":{"orders":[{"id":1,"account":null},{"id":2,"account":{"owner":"ann"}},"#
          + #"{"id":3,"account":null}]}}"#
      ),
      (
        "{ desks(order_by: {id: asc}) { accounts_aggregate { aggregate { count max { equity } } } } }",
        #"{"data":{"desks":[{"accounts_aggregate":{"aggregate":{"count":1,"max":{"equity":10.50}}}},"#
          + #"{"accounts_aggregate":{"aggregate":{"count":1,"max":{"equity":30.75}}}}]}}"#
      )
    )
  }

  @Test func judgesNoOtherRowInAConditionOrAnOrder() async throws {
    try await AccountsFixture.check(
      (
        "{ desks(where: {accounts: {owner: {_eq: \"cid\"}}}) { id } }",
        #"{"data":{"desks":[]}}"#
      ),
      (
        "{ desks(where: {accounts_aggregate: {count: {predicate: {_gt: 1}}}}) { id } }",
        #"{"data":{"desks":[]}}"#
      ),
      (
        "{ orders(where: {_not: {account: {equity: {_lt: 1000}}}}, order_by: {id: asc}) { id } }",
        #"{"data":{"orders":[{"id":1},{"id":3},{"id":5},{"id":7}]}}"#
      ),
      // Were the hidden accounts sorted by their equity, 3 and 7 would come first.
      (
        "{ orders(order_by: [{account: {equity: desc}}, {id: desc}], limit: 4) { id } }",
        #"{"data":{"orders":[{"id":9},{"id":7},{"id":5},{"id":3}]}}"#
      ),
      // Beta would come first by the 99.99 of an account that is hidden, alpha by the count of two.
      (
        "{ desks(order_by: {accounts_aggregate: {sum: {equity: asc}}}) { name } }",
        #"{"data":{"desks":[{"name":"alpha"},{"name":"beta"}]}}"#
      )
    )
  }

  @Test func countsAndSumsOnlyTheRowsOfTheFilter() async throws {
    try await AccountsFixture.check(
      (
        "{ accounts_aggregate { aggregate { count sum { equity } min { owner } } nodes { id } } }",
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":2,"sum":{"equity":41.25},"#
          + #""min":{"owner":"ann"}},"nodes":[{"id":1},{"id":3}]}}}"#
      )
    )
  }

  @Test func limitsListsAndNotSingleRows() async throws {
    try await AccountsFixture.check(
      ("{ orders(order_by: {id: asc}) { id } }", Self.orders(1, 2, 3, 4)),
      ("{ orders(order_by: {id: asc}, limit: 100) { id } }", Self.orders(1, 2, 3, 4)),
      ("{ orders(order_by: {id: asc}, limit: null) { id } }", Self.orders(1, 2, 3, 4)),
      ("{ orders(order_by: {id: asc}, limit: 2, offset: 1) { id } }", Self.orders(2, 3)),
      ("{ orders_by_pk(id: 10) { id } }", #"{"data":{"orders_by_pk":{"id":10}}}"#),
      ("{ orders_by_pk(id: 11) { id } }", #"{"data":{"orders_by_pk":null}}"#)
    )
    let harness = try await EngineHarness(
      sql: AccountsFixture.sql,
      metadata: AccountsFixture.metadata
    )
    let query = "query ($n: Int) { orders(order_by: {id: asc}, limit: $n) { id } }"
    let session = Session(role: "owner")
    #expect(await harness.answer(query, ["n": 3], as: session) == Self.orders(1, 2, 3))
    #expect(await harness.answer(query, ["n": 50], as: session) == Self.orders(1, 2, 3, 4))
    #expect(await harness.answer(query, ["n": nil], as: session) == Self.orders(1, 2, 3, 4))
    await harness.stop()
  }

  private static func orders(_ ids: Int...) -> String {
    #"{"data":{"orders":["# + ids.map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]}}"
  }

  @Test(arguments: [
    (
      "{ accounts { pin } }", "field 'pin' not found in type: 'accounts'",
      "accounts.selectionSet.pin"
    ),
    (
      "{ desks { secret } }", "field 'secret' not found in type: 'desks'",
      "desks.selectionSet.secret"
    ),
    ("{ grants { person } }", "field 'grants' not found in type: 'query_root'", "grants"),
    (
      "{ accounts(where: {pin: {_eq: \"1111\"}}) { id } }",
      "field 'pin' not found in type: 'accounts_bool_exp'", "accounts.args.where.pin"
    ),
    (
      "{ accounts(order_by: {pin: asc}) { id } }",
      "field 'pin' not found in type: 'accounts_order_by'", "accounts.args.order_by.pin"
    ),
    (
      "{ orders_aggregate { aggregate { count } } }",
      "field 'orders_aggregate' not found in type: 'query_root'", "orders_aggregate"
    ),
    (
      "{ accounts_aggregate { aggregate { max { pin } } } }",
      "field 'pin' not found in type: 'accounts_max_fields'",
      "accounts_aggregate.selectionSet.aggregate.selectionSet.max.selectionSet.pin"
    ),
    (
      "{ accounts { orders_aggregate { aggregate { count } } } }",
      "field 'orders_aggregate' not found in type: 'accounts'",
      "accounts.selectionSet.orders_aggregate"
    ),
  ])
  func hasNoFieldForWhatIsHidden(query: String, message: String, path: String) async throws {
    try await AccountsFixture.check(
      (
        query,
        #"{"errors":[{"message":"\#(message)","extensions":{"path":"$.selectionSet.\#(path)","#
          + #""code":"validation-failed"}}]}"#
      )
    )
  }

  @Test func needsTheSessionVariablesOfItsFilters() async throws {
    let refusal =
      #"{"errors":[{"message":"missing session variable: \"x-hasura-user\"","#
      + #""extensions":{"path":"$","code":"not-found"}}]}"#
    try await AccountsFixture.check(
      as: Session(role: "owner"),
      ("{ accounts { id } }", refusal),
      ("{ desks { accounts { id } } }", refusal),
      ("{ desks { id } }", #"{"data":{"desks":[{"id":1},{"id":2}]}}"#)
    )
  }

  @Test func keepsSessionVariablesOutOfTheText() async throws {
    try await AccountsFixture.check(
      as: Session(
        role: "owner",
        [SessionVariable(name: "x-hasura-user", value: "ann' or 'a' = 'a")]
      ),
      ("{ accounts { id } }", #"{"data":{"accounts":[]}}"#)
    )
  }

  // MARK: - Root fields and errors

  /// The metadata with a member more in the permission on accounts.
  private static func metadata(_ member: String, _ value: JSONValue) -> JSONValue {
    EngineHarness.metadata(
      (AccountsFixture.metadata["sources"]?.array?[0]["tables"]?.array ?? []).map { table in
        guard table["table"] == "accounts", var object = table.object,
          var permission = object["select_permissions"]?.array?[0]["permission"]?.object
        else { return table }
        permission[member] = value
        object["select_permissions"] = [["role": "owner", "permission": .object(permission)]]
        return .object(object)
      }
    )
  }

  private static func missing(_ field: String) -> String {
    #"{"errors":[{"message":"field '\#(field)' not found in type: 'query_root'","#
      + #""extensions":{"path":"$.selectionSet.\#(field)","code":"validation-failed"}}]}"#
  }

  @Test func hasNoRootFieldThatIsSwitchedOff() async throws {
    let byRelationship = (
      "{ desks { accounts { id } } }",
      #"{"data":{"desks":[{"accounts":[{"id":1}]},{"accounts":[{"id":3}]}]}}"#
    )
    try await AccountsFixture.check(
      metadata: Self.metadata("query_root_fields", ["select_by_pk"]),
      ("{ accounts { id } }", Self.missing("accounts")),
      ("{ accounts_aggregate { aggregate { count } } }", Self.missing("accounts_aggregate")),
      ("{ accounts_by_pk(id: 1) { id } }", #"{"data":{"accounts_by_pk":{"id":1}}}"#),
      byRelationship
    )
    try await AccountsFixture.check(
      metadata: Self.metadata("query_root_fields", []),
      ("{ accounts_by_pk(id: 1) { id } }", Self.missing("accounts_by_pk")),
      byRelationship
    )
  }

  @Test func tellsNoDetailsOfTheStatementInAnError() async throws {
    try await AccountsFixture.check(
      (
        "{ accounts(where: {equity: {_eq: \"much\"}}) { id } }",
        #"{"errors":[{"message":"invalid input syntax for type numeric: \"much\"","#
          + #""extensions":{"path":"$","code":"data-exception"}}]}"#
      )
    )
  }

  @Test func introspectsOnlyWhatTheRoleSees() async throws {
    try await AccountsFixture.check(
      (
        "{ __type(name: \"accounts\") { fields { name } } grants: __type(name: \"grants\") { name } }",
        #"{"data":{"__type":{"fields":[{"name":"desk"},{"name":"desk_id"},{"name":"equity"},"#
          + #"{"name":"id"},{"name":"orders"},{"name":"owner"},{"name":"raw"}]},"grants":null}}"#
      )
    )
  }
}
