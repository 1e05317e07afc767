import JSON
import Testing

@testable import Engine

// What permissions write by themselves.
extension WritePermissionTests {
  @Test func presetsColumnsThatTheRequestCannotName() async throws {
    try await check(
      (
        "mutation { insert_accounts_one(object: {id: 3}) { id owner kind } }",
        #"{"data":{"insert_accounts_one":{"id":3,"owner":"ann","kind":"cash"}}}"#
      ),
      (
        "mutation { insert_accounts(objects: [{id: 4}, {id: 5, kind: \"isa\"}]) { returning { owner kind } } }",
        #"{"data":{"insert_accounts":{"returning":[{"owner":"ann","kind":"cash"},"#
          + #"{"owner":"ann","kind":"isa"}]}}}"#
      ),
      (
        "mutation { insert_accounts_one(object: {id: 6, owner: \"bob\"}) { id } }",
        WritingFixture.error(
          "field 'owner' not found in type: 'accounts_insert_input'",
          "$.selectionSet.insert_accounts_one.args.object.owner",
          "validation-failed"
        )
      )
    )
  }

  /// A preset of null is PostgreSQL's own, whatever the column's type.
  @Test func presetsNull() async throws {
    let nothing: JSONValue = ["word": nil, "raw": nil, "words": nil, "amount": nil]
    let harness = try await EngineHarness(
      sql: """
        create table forms (id integer primary key, name text, word text default 'w',
          raw jsonb default '{}', words text[] default '{}', amount integer default 1);
        insert into forms values (1, 'old'), (2, 'old');
        """,
      metadata: EngineHarness.metadata([
        [
          "table": "forms",
          "select_permissions": [
            ["role": "trader", "permission": ["columns": ["id", "name"], "filter": [:]]]
          ],
          "insert_permissions": [
            [
              "role": "trader",
              "permission": ["columns": ["id", "name"], "check": [:], "set": nothing],
            ]
          ],
          "update_permissions": [
            [
              "role": "trader",
              "permission": ["columns": ["name"], "filter": [:], "set": nothing],
            ]
          ],
        ]
      ])
    )
    for mutation in [
      "insert_forms(objects: [{id: 3}, {id: 4, name: \"n\"}])", "insert_forms(objects: {id: 5})",
      "update_forms(where: {id: {_eq: 1}}, _set: {name: \"new\"})",
      "insert_forms(objects: {id: 2}, on_conflict: {constraint: forms_pkey, update_columns: name})",
    ] {
      let answer = await harness.answer("mutation { \(mutation) { affected_rows } }", as: Self.ann)
      #expect(!answer.contains("errors"), "\(mutation): \(answer)")
    }
    let left = """
      { forms_aggregate(where: {_and: [{word: {_is_null: true}}, {raw: {_is_null: true}},
          {words: {_is_null: true}}, {amount: {_is_null: true}}]}) { aggregate { count } } }
      """
    #expect(
      await harness.answer(left) == #"{"data":{"forms_aggregate":{"aggregate":{"count":5}}}}"#
    )
    await harness.stop()
  }
}
