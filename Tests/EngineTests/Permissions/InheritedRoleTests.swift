import JSON
import Testing

@testable import Engine

/// Roles that are made of others: rows of each, values where one of them shows them.
@Suite(.timeLimit(.minutes(2))) struct InheritedRoleTests {
  private static let sql = """
    create table accounts (
      id integer primary key, owner text not null, equity numeric not null, pin text);
    insert into accounts values
      (1, 'ann', 10.50, '1111'), (2, 'bob', 20.25, '2222'), (3, 'cid', 30.75, '3333');
    """

  private static let metadata: JSONValue = {
    var document = EngineHarness.metadata([
      [
        "table": "accounts",
        "select_permissions": [
          [
            "role": "owner",
            "permission": [
              "columns": ["id", "owner", "equity", "pin"], "limit": 1,
              "filter": ["owner": "X-Hasura-User"],
            ],
          ],
          [
            "role": "auditor",
            "permission": [
              "columns": ["id", "equity"], "filter": ["id": ["_lte": 2]], "limit": 2,
              "allow_aggregations": true,
            ],
          ],
          ["role": "clerk", "permission": ["columns": ["id"], "filter": [:]]],
          ["role": "reader", "permission": ["columns": ["id", "owner"], "filter": [:]]],
          ["role": "named", "permission": ["columns": ["pin"], "filter": ["id": 3]]],
        ],
        "insert_permissions": [
          [
            "role": "owner",
            "permission": [
              "columns": "*", "check": ["id": ["_gt": 3], "equity": ["_gte": 0]],
              "set": ["pin": "X-Hasura-User"],
            ],
          ],
          [
            "role": "auditor",
            "permission": [
              "columns": ["equity", "owner", "id"],
              "check": ["_and": [["equity": ["$gte": 0]], ["id": ["$gt": 3]]]],
              "set": ["pin": "x-hasura-user"],
            ],
          ],
          [
            "role": "clerk",
            "permission": ["columns": ["id", "owner", "equity"], "check": ["id": ["_gt": 3]]],
          ],
        ],
      ]
    ]).object!
    document["inherited_roles"] = [
      ["role_name": "chief", "role_set": ["owner", "auditor"]],
      ["role_name": "director", "role_set": ["chief", "clerk"]],
      ["role_name": "named", "role_set": ["clerk"]],
      ["role_name": "examiner", "role_set": ["reader", "auditor"]],
      ["role_name": "writers", "role_set": ["owner", "auditor"]],
      ["role_name": "quarrel", "role_set": ["owner", "clerk"]],
    ]
    return .object(document)
  }()

  private func check(
    _ role: String,
    _ cases: (query: String, answer: String)...
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let session = Session(role: role, [SessionVariable(name: "x-hasura-user", value: "bob")])
    for (query, answer) in cases {
      #expect(await harness.answer(query, as: session) == answer, "\(query)")
    }
    await harness.stop()
  }

  @Test func showsTheRowsOfAllAndTheValuesOfEach() async throws {
    try await check(
      "chief",
      (
        "{ accounts(order_by: {id: asc}) { id owner equity pin } }",
        #"{"data":{"accounts":[{"id":1,"owner":null,"equity":10.50,"pin":null},"#
          + #"{"id":2,"owner":"bob","equity":20.25,"pin":"2222"}]}}"#
      ),
      ("{ accounts_by_pk(id: 1) { id pin } }", #"{"data":{"accounts_by_pk":{"id":1,"pin":null}}}"#),
      ("{ accounts_by_pk(id: 3) { id pin } }", #"{"data":{"accounts_by_pk":null}}"#)
    )
  }

  @Test func hidesAValueFromConditionsOrdersAndAggregates() async throws {
    try await check(
      "chief",
      ("{ accounts(where: {pin: {_eq: \"1111\"}}) { id } }", #"{"data":{"accounts":[]}}"#),
      ("{ accounts(where: {pin: {_eq: \"2222\"}}) { id } }", #"{"data":{"accounts":[{"id":2}]}}"#),
      (
        "{ accounts(where: {_not: {pin: {_eq: \"2222\"}}}) { id } }",
        #"{"data":{"accounts":[]}}"#
      ),
      ("{ accounts(where: {pin: {_is_null: true}}) { id } }", #"{"data":{"accounts":[{"id":1}]}}"#),
      (
        "{ accounts(order_by: {pin: asc}) { id } }",
        #"{"data":{"accounts":[{"id":2},{"id":1}]}}"#
      ),
      (
        "{ accounts(distinct_on: pin, order_by: {pin: asc}) { pin } }",
        #"{"data":{"accounts":[{"pin":"2222"},{"pin":null}]}}"#
      ),
      (
        "{ accounts_aggregate { aggregate { count(columns: pin) max { pin } sum { equity } } } }",
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":1,"max":{"pin":"2222"},"#
          + #""sum":{"equity":30.75}}}}}"#
      )
    )
  }

  @Test func inheritsThroughRolesThatInherit() async throws {
    try await check(
      "director",
      (
        "{ accounts(order_by: {id: asc}) { id equity pin } }",
        #"{"data":{"accounts":[{"id":1,"equity":10.50,"pin":null},"#
          + #"{"id":2,"equity":20.25,"pin":"2222"},{"id":3,"equity":null,"pin":null}]}}"#
      )
    )
  }

  @Test func prefersAPermissionOfItsOwn() async throws {
    try await check("named", ("{ accounts { pin } }", #"{"data":{"accounts":[{"pin":"3333"}]}}"#))
  }

  @Test func writesWhatAllAgreeOnHoweverTheySayIt() async throws {
    let insert =
      "mutation { insert_accounts_one(object: {id: 4, owner: \"dan\", equity: 1}) { id pin } }"
    try await check("writers", (insert, #"{"data":{"insert_accounts_one":{"id":4,"pin":null}}}"#))
    try await check(
      "quarrel",
      (insert, WritingFixture.error("no mutations exist", "$", "validation-failed"))
    )
  }

  @Test func makesValuesThatMayBeHiddenNullable() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let lines = try harness.engine.schemaText(role: "chief").split(separator: "\n")
    #expect(lines.contains("  id: Int!") && lines.contains("  owner: String"))
    await harness.stop()
  }

  @Test func showsAValueInAllRowsWhereTheRoleThatHasItSeesAll() async throws {
    try await check(
      "examiner",
      (
        "{ accounts(order_by: {id: asc}) { id owner equity } }",
        #"{"data":{"accounts":[{"id":1,"owner":"ann","equity":10.50},"#
          + #"{"id":2,"owner":"bob","equity":20.25},{"id":3,"owner":"cid","equity":null}]}}"#
      ),
      (
        #"{ __type(name: "accounts") { fields { name type { kind } } } }"#,
        #"{"data":{"__type":{"fields":[{"name":"equity","type":{"kind":"SCALAR"}},"#
          + #"{"name":"id","type":{"kind":"NON_NULL"}},{"name":"owner","type":{"kind":"NON_NULL"}}]}}}"#
      )
    )
  }
}
