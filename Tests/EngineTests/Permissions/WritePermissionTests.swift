import JSON
import Testing

@testable import Engine

/// What permissions to write let through, and that a refused row refuses the whole request.
@Suite(.timeLimit(.minutes(2))) struct WritePermissionTests {
  static let sql = """
    create table accounts (
      id integer primary key, owner text not null, kind text default 'cash', frozen boolean
        not null default false);
    create table orders (
      id integer primary key, account_id integer not null references accounts, qty integer not null,
      placed_by text, approved boolean not null default false);
    create table secrets (id serial primary key, body text not null);
    insert into accounts values (1, 'ann', 'cash', false), (2, 'bob', 'cash', false);
    insert into orders values (10, 1, 5, 'ann', false), (11, 2, 6, 'bob', false),
      (12, 1, 7, 'ann', true);
    """

  private static let own: JSONValue = ["owner": ["_eq": "X-Hasura-User"]]
  private static let ofOwn: JSONValue = ["account": ["owner": ["_eq": "X-Hasura-User"]]]

  static let metadata = EngineHarness.metadata([
    [
      "table": "accounts",
      "array_relationships": [
        [
          "name": "orders",
          "using": ["foreign_key_constraint_on": ["table": "orders", "column": "account_id"]],
        ]
      ],
      "select_permissions": [
        ["role": "trader", "permission": ["columns": ["id", "owner", "kind"], "filter": own]]
      ],
      "insert_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["id", "kind"], "check": ["kind": ["_neq": "margin"]],
            "set": ["owner": "x-Hasura-User", "frozen": false],
          ],
        ]
      ],
      "update_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["kind"], "filter": ["_and": [own, ["frozen": ["_eq": false]]]],
            "check": ["kind": ["_in": ["cash", "isa"]]],
          ],
        ]
      ],
    ],
    [
      "table": "orders",
      "object_relationships": [
        ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
      ],
      "select_permissions": [
        [
          "role": "trader",
          "permission": ["columns": ["id", "account_id", "qty"], "filter": ofOwn],
        ]
      ],
      "insert_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["id", "account_id", "qty"], "check": ofOwn,
            "set": ["placed_by": "x-hasura-user"],
          ],
        ],
        [
          "role": "backend", "permission": ["check": [:], "backend_only": true],
        ],
      ],
      "update_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["qty"], "filter": ofOwn, "set": ["placed_by": "x-hasura-user"],
          ],
        ]
      ],
      "delete_permissions": [
        [
          "role": "trader",
          "permission": ["filter": ["_and": [ofOwn, ["approved": ["_eq": false]]]]],
        ]
      ],
    ],
    [
      "table": "secrets",
      "insert_permissions": [
        ["role": "trader", "permission": ["columns": ["body"], "check": [:]]]
      ],
    ],
  ])

  static let ann = Session(
    role: "trader",
    [SessionVariable(name: "x-hasura-user", value: "ann")]
  )
  static let refusal = "check constraint of an insert/update permission has failed"

  func check(
    as session: Session = ann,
    _ steps: (query: String, answer: String)...,
    after count: String = #"{"data":{"orders":[{"id":10},{"id":11},{"id":12}]}}"#,
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (query, answer) in steps {
      let found = await harness.answer(query, as: session)
      #expect(found == answer, "\(query)", sourceLocation: location)
    }
    let left = await harness.answer("{ orders(order_by: {id: asc}) { id } }")
    #expect(left == count, sourceLocation: location)
    await harness.stop()
  }

  @Test func refusesThePlaceholderOfColumnsToUpdate() async throws {
    try await check(
      (
        """
        mutation { insert_secrets(objects: {body: "x"}, on_conflict: {constraint: secrets_pkey,
            update_columns: [_PLACEHOLDER]}) { affected_rows } }
        """,
        WritingFixture.error(
          "erroneous column name",
          "$.selectionSet.insert_secrets.args.on_conflict.update_columns",
          "validation-failed"
        )
      ),
      (
        """
        mutation { insert_secrets(objects: {body: "x"}, on_conflict: {constraint: secrets_pkey,
            update_columns: []}) { affected_rows } }
        """,
        #"{"data":{"insert_secrets":{"affected_rows":1}}}"#
      )
    )
  }

  @Test func checksEveryRowThatIsInserted() async throws {
    try await check(
      (
        "mutation { insert_accounts_one(object: {id: 3, kind: \"margin\"}) { id } }",
        WritingFixture.error(
          Self.refusal,
          "$.selectionSet.insert_accounts_one.args.object",
          "permission-error"
        )
      ),
      (
        """
        mutation { insert_orders(objects: [{id: 20, account_id: 1, qty: 1}, {id: 21, account_id: 2, qty: 1}]) {
          affected_rows } }
        """,
        WritingFixture.error(
          Self.refusal,
          "$.selectionSet.insert_orders.args.objects",
          "permission-error"
        )
      ),
      // What was written before in the same request is not there either.
      (
        """
        mutation { a: insert_orders_one(object: {id: 20, account_id: 1, qty: 1}) { id }
          b: insert_orders_one(object: {id: 21, account_id: 2, qty: 1}) { id account { id } } }
        """,
        WritingFixture.error(
          Self.refusal,
          "$.selectionSet.insert_orders_one.args.object",
          "permission-error"
        )
      )
    )
  }

  @Test func checksNestedRowsWhereTheyAre() async throws {
    try await check(
      (
        """
        mutation { insert_accounts(objects: [{id: 3, orders: {data: [{id: 20, qty: 1}]}}]) {
          affected_rows returning { owner orders { id qty } } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":2,"returning":[{"owner":"ann","#
          + #""orders":[{"id":20,"qty":1}]}]}}}"#
      ),
      (
        """
        mutation { insert_orders(objects: [{id: 22, qty: 1, account: {data: {id: 7, kind: "margin"}}}]) {
          affected_rows } }
        """,
        WritingFixture.error(
          Self.refusal,
          "$.selectionSet.insert_orders.args.objects[0].account.data",
          "permission-error"
        )
      ),
      after: #"{"data":{"orders":[{"id":10},{"id":11},{"id":12},{"id":20}]}}"#
    )
  }

  @Test func updatesOnlyRowsOfTheFilterAndChecksThemAfterwards() async throws {
    try await check(
      (
        "mutation { update_accounts(where: {}, _set: {kind: \"isa\"}) { affected_rows returning { id } } }",
        #"{"data":{"update_accounts":{"affected_rows":1,"returning":[{"id":1}]}}}"#
      ),
      (
        "mutation { update_accounts(where: {}, _set: {kind: \"margin\"}) { affected_rows } }",
        WritingFixture.error(Self.refusal, "$", "permission-error")
      ),
      (
        "mutation { update_orders_by_pk(pk_columns: {id: 11}, _inc: {qty: 1}) { id } }",
        #"{"data":{"update_orders_by_pk":null}}"#
      ),
      (
        "mutation { update_orders(where: {qty: {_gt: 0}}, _inc: {qty: 1}) { returning { id qty } } }",
        #"{"data":{"update_orders":{"returning":[{"id":10,"qty":6},{"id":12,"qty":8}]}}}"#
      ),
      (
        "mutation { update_orders(where: {}) { affected_rows } }",
        #"{"data":{"update_orders":{"affected_rows":2}}}"#
      ),
      (
        "mutation { update_orders(where: {}, _set: {approved: true}) { affected_rows } }",
        WritingFixture.error(
          "field 'approved' not found in type: 'orders_set_input'",
          "$.selectionSet.update_orders.args._set.approved",
          "validation-failed"
        )
      )
    )
  }

  @Test func updatesByConflictOnlyWhatTheRoleMayUpdate() async throws {
    try await check(
      (
        """
        mutation { insert_orders(objects: [{id: 10, account_id: 1, qty: 50}, {id: 30, account_id: 1, qty: 1}],
            on_conflict: {constraint: orders_pkey, update_columns: [qty]}) {
          affected_rows returning { id qty } } }
        """,
        #"{"data":{"insert_orders":{"affected_rows":2,"returning":[{"id":10,"qty":50},"#
          + #"{"id":30,"qty":1}]}}}"#
      ),
      // The row of somebody else is there, and stays as it is.
      (
        """
        mutation { insert_orders(objects: [{id: 11, account_id: 1, qty: 50}],
            on_conflict: {constraint: orders_pkey, update_columns: [qty]}) { affected_rows } }
        """,
        #"{"data":{"insert_orders":{"affected_rows":0}}}"#
      ),
      (
        """
        mutation { insert_accounts(objects: [{id: 1, kind: "gone"}],
            on_conflict: {constraint: accounts_pkey, update_columns: [kind]}) { affected_rows } }
        """,
        WritingFixture.error(
          Self.refusal,
          "$.selectionSet.insert_accounts.args.objects",
          "permission-error"
        )
      ),
      after: #"{"data":{"orders":[{"id":10},{"id":11},{"id":12},{"id":30}]}}"#
    )
  }

  @Test func deletesOnlyRowsOfTheFilter() async throws {
    try await check(
      (
        "mutation { delete_orders(where: {}) { affected_rows returning { id account { owner } } } }",
        #"{"data":{"delete_orders":{"affected_rows":1,"returning":[{"id":10,"account":{"owner":"ann"}}]}}}"#
      ),
      (
        "mutation { delete_orders_by_pk(id: 12) { id } }",
        #"{"data":{"delete_orders_by_pk":null}}"#
      ),
      (
        "mutation { delete_accounts(where: {}) { affected_rows } }",
        WritingFixture.error(
          "field 'delete_accounts' not found in type: 'mutation_root'",
          "$.selectionSet.delete_accounts",
          "validation-failed"
        )
      ),
      after: #"{"data":{"orders":[{"id":11},{"id":12}]}}"#
    )
  }

  @Test func writesWhatItMayNotRead() async throws {
    try await check(
      (
        "mutation { insert_secrets(objects: [{body: \"x\"}]) { affected_rows } }",
        #"{"data":{"insert_secrets":{"affected_rows":1}}}"#
      ),
      (
        "mutation { insert_secrets(objects: [{body: \"x\"}]) { returning { body } } }",
        WritingFixture.error(
          "field 'returning' not found in type: 'secrets_mutation_response'",
          "$.selectionSet.insert_secrets.selectionSet.returning",
          "validation-failed"
        )
      ),
      (
        "mutation { insert_secrets_one(object: {body: \"x\"}) { id } }",
        WritingFixture.error(
          "field 'insert_secrets_one' not found in type: 'mutation_root'",
          "$.selectionSet.insert_secrets_one",
          "validation-failed"
        )
      )
    )
  }

  @Test func refusesWhereASessionVariableIsMissing() async throws {
    try await check(
      as: Session(role: "trader"),
      (
        "mutation { insert_orders(objects: [{id: 20, account_id: 1, qty: 1}]) { affected_rows } }",
        WritingFixture.error("missing session variable: \"x-hasura-user\"", "$", "not-found")
      )
    )
  }

  @Test func keepsBackendOnlyPermissionsForBackends() async throws {
    var backend = Session(role: "backend")
    let query =
      "mutation { insert_orders(objects: [{id: 20, account_id: 2, qty: 1}]) { affected_rows } }"
    try await check(
      as: backend,
      (query, WritingFixture.error("no mutations exist", "$", "validation-failed"))
    )
    backend.usesBackendOnlyPermissions = true
    try await check(
      as: backend,
      (query, #"{"data":{"insert_orders":{"affected_rows":1}}}"#),
      after: #"{"data":{"orders":[{"id":10},{"id":11},{"id":12},{"id":20}]}}"#
    )
  }
}
