import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct NativeQueryTests {
  private static let sql = """
    create table trades (id integer primary key, symbol text, at timestamptz, price numeric, qty integer);
    insert into trades values
      (1, 'AA', '2026-01-01T10:00:00Z', 10, 1), (2, 'AA', '2026-01-01T10:00:30Z', 12.50, 3),
      (3, 'AA', '2026-01-01T10:01:00Z', 11, 2), (4, 'BB', '2026-01-01T10:00:00Z', 5, 1);
    """

  private static let code = """
    select symbol, date_trunc('minute', at) as minute, sum(price * qty) / sum(qty) as vwap,
      count(*)::integer as n
    from trades where symbol = {{symbol}} and ({{least}} is null or qty >= {{ least }})
    group by 1, 2 -- the last line
    """

  private func harness(
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: Self.sql,
      metadata: EngineHarness.metadata([["table": "trades"]]),
      configure
    )
    let calls: [JSONValue] = [
      [
        "type": "pg_track_logical_model",
        "args": [
          "name": "bar",
          "fields": [
            ["name": "symbol", "type": "text"], ["name": "minute", "type": "timestamptz"],
            ["name": "vwap", "type": ["scalar": "numeric", "nullable": true]],
            ["name": "n", "type": "integer"],
          ],
        ],
      ],
      [
        "type": "pg_track_native_query",
        "args": [
          "root_field_name": "bars", "returns": "bar", "code": .string(Self.code),
          "arguments": [
            "symbol": ["type": "text"], "least": ["type": "integer", "nullable": true],
          ],
        ],
      ],
      [
        "type": "pg_create_logical_model_select_permission",
        "args": [
          "name": "bar", "role": "user",
          "permission": [
            "columns": ["minute", "n"], "filter": ["symbol": ["_eq": "X-Hasura-Symbol"]],
          ],
        ],
      ],
    ]
    for call in calls {
      let (status, answer) = try await harness.metadata(call)
      #expect(status == 200, "\(answer.text)")
    }
    return harness
  }

  @Test func answersWithTheRowsOfTheQuery() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer("{ bars(args: {symbol: \"AA\"}, order_by: {minute: asc}) { vwap n } }")
        == #"{"data":{"bars":[{"vwap":11.8750000000000000,"n":2},{"vwap":11.0000000000000000,"n":1}]}}"#
    )
    #expect(
      await harness.answer(
        "query($s: String!, $l: Int) { bars(args: {symbol: $s, least: $l}, where: {n: {_gt: 0}}, "
          + "limit: 5) { symbol minute } }",
        ["s": "AA", "l": 3]
      )
        == #"{"data":{"bars":[{"symbol":"AA","minute":"2026-01-01T10:00:00+00:00"}]}}"#
    )
    await harness.stop()
  }

  @Test func showsARoleWhatTheModelPermits() async throws {
    let harness = try await harness()
    let user = Session(role: "user", [SessionVariable(name: "x-hasura-symbol", value: "BB")])
    #expect(
      await harness.answer("{ bars(args: {symbol: \"AA\"}) { n } }", as: user)
        == #"{"data":{"bars":[]}}"#
    )
    #expect(
      await harness.answer("{ bars(args: {symbol: \"BB\"}) { n } }", as: user)
        == #"{"data":{"bars":[{"n":1}]}}"#
    )
    let hidden = await harness.answer("{ bars(args: {symbol: \"BB\"}) { vwap } }", as: user)
    #expect(hidden.contains("field 'vwap' not found in type: 'bar'"))
    let other = await harness.answer(
      "{ bars(args: {symbol: \"BB\"}) { n } }",
      as: Session(role: "x")
    )
    #expect(other.contains("field 'bars' not found in type: 'query_root'"))
    await harness.stop()
  }

  @Test func refusesWhatTheDatabaseDoesNotUnderstand() async throws {
    let harness = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "pg_track_native_query",
      "args": [
        "root_field_name": "worse", "returns": "bar", "code": "select nothing from nowhere",
        "arguments": [:],
      ],
    ])
    #expect(status == 400)
    #expect(answer["error"] == "Failed to validate query")
    #expect(answer["code"] == "validation-failed")
    let (_, undeclared) = try await harness.metadata([
      "type": "pg_track_native_query",
      "args": ["root_field_name": "worse", "returns": "bar", "code": "select {{a}}"],
    ])
    #expect(undeclared["error"] == "the argument \"a\" of the code is not declared")
    let (_, used) = try await harness.metadata([
      "type": "pg_untrack_logical_model", "args": ["name": "bar"],
    ])
    #expect(
      used["error"] == "Logical model \"bar\" still being used by native query \"bars\"."
    )
    let missing = await harness.answer("{ bars { n } }")
    #expect(missing.contains("missing required field 'args'"))
    await harness.stop()
  }

  @Test func tracksAnythingWhereTheDatabaseIsNotAsked() async throws {
    let harness = try await harness { $0.validatesNativeQueries = false }
    let (status, answer) = try await harness.metadata([
      "type": "pg_track_native_query",
      "args": [
        "root_field_name": "worse", "returns": "bar", "code": "select nothing from nowhere",
        "arguments": [:],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    await harness.stop()
  }

  /// What it returns may stand in the query itself.
  @Test func hasAModelOfItsOwn() async throws {
    let harness = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "pg_track_native_query",
      "args": [
        "root_field_name": "symbols", "code": "select distinct symbol from trades",
        "returns": [
          "fields": [["name": "symbol", "type": "text"]],
          "select_permissions": [
            [
              "role": "user",
              "permission": [
                "columns": ["symbol"], "filter": ["symbol": ["_eq": "X-Hasura-Symbol"]],
              ],
            ]
          ],
        ],
        "array_relationships": [
          [
            "name": "trades",
            "using": ["column_mapping": ["symbol": "symbol"], "remote_table": "trades"],
          ]
        ],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    #expect(
      await harness.answer(
        "{ symbols(where: {symbol: {_neq: \"AA\"}}) { __typename symbol trades { id } } }"
      ) == #"{"data":{"symbols":[{"__typename":"symbols","symbol":"BB","trades":[{"id":4}]}]}}"#
    )
    let user = Session(role: "user", [SessionVariable(name: "x-hasura-symbol", value: "AA")])
    #expect(
      await harness.answer("{ symbols { symbol } }", as: user)
        == #"{"data":{"symbols":[{"symbol":"AA"}]}}"#
    )
    await harness.stop()
  }

  @Test func goesAndLeavesNothing() async throws {
    let harness = try await harness()
    for call: JSONValue in [
      ["type": "pg_untrack_native_query", "args": ["root_field_name": "bars"]],
      ["type": "pg_untrack_logical_model", "args": ["name": "bar"]],
    ] {
      let (status, answer) = try await harness.metadata(call)
      #expect(status == 200, "\(answer.text)")
    }
    let (_, document) = try await harness.metadata(["type": "export_metadata", "args": [:]])
    let source = document["sources"]?.array?.first
    #expect(source?["native_queries"] == nil)
    #expect(source?["logical_models"] == nil)
    await harness.stop()
  }
}
