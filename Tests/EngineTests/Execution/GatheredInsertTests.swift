import JSON
import TestSupport
import Testing

@testable import Engine

/// Single inserts that come at once go together, and each is answered as if it had gone alone.
@Suite(.timeLimit(.minutes(2))) struct GatheredInsertTests {
  private static let sql = """
    create table ticks (id serial primary key, symbol text not null unique, qty numeric, tags text[],
      owner text, check (qty <> 13));
    create table noted (id integer, who text);
    create function note() returns trigger language plpgsql as $$
      begin
        insert into noted values (new.id, current_setting('hasura.user')::json ->> 'x-hasura-user');
        return null;
      end $$;
    create trigger noted after insert on ticks for each row execute function note();
    """

  private static let metadata = EngineHarness.metadata([
    [
      "table": "ticks",
      "select_permissions": [
        [
          "role": "user",
          "permission": [
            "columns": ["id", "symbol", "qty", "tags", "owner"],
            "filter": [:],
          ],
        ]
      ],
      "insert_permissions": [
        [
          "role": "user",
          "permission": [
            "columns": ["symbol", "qty", "tags"],
            "check": [
              "_or": [["qty": ["_is_null": true]], ["qty": ["_lt": 100]]],
              "owner": ["_eq": "X-Hasura-User"],
            ],
            "set": ["owner": "X-Hasura-User"],
          ],
        ]
      ],
    ]
  ])

  private static let query = """
    mutation ($symbol: String!, $qty: numeric, $tags: [String!]) {
      insert_ticks_one(object: {symbol: $symbol, qty: $qty, tags: $tags}) {
        symbol qty tags owner } }
    """

  private static func user(_ name: String) -> Session {
    Session(role: "user", [SessionVariable(name: "x-hasura-user", value: name)])
  }

  /// Sends inserts at once, so that all but the first wait for each other; returns the answers in the
  /// order of the inserts.
  private func answers(
    _ harness: EngineHarness,
    _ inserts: [(symbol: String, qty: JSONValue, tags: JSONValue, user: String)]
  ) async -> [String] {
    // The plan is there, and no longer made by the first of them.
    _ = await harness.answer(
      Self.query,
      ["symbol": "first", "qty": 0, "tags": []],
      as: Self.user("x")
    )
    return await withTaskGroup(of: (Int, String).self) { group in
      for (index, insert) in inserts.enumerated() {
        group.addTask {
          let variables: JSONObject = [
            "symbol": .string(insert.symbol), "qty": insert.qty, "tags": insert.tags,
          ]
          let session = Self.user(insert.user)
          return (index, await harness.answer(Self.query, variables, as: session))
        }
      }
      var answers = [String](repeating: "", count: inserts.count)
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
  }

  private func row(_ symbol: String, _ qty: String, _ tags: String, _ owner: String) -> String {
    #"{"data":{"insert_ticks_one":{"symbol":"\#(symbol)","qty":\#(qty),"tags":\#(tags),"#
      + #""owner":"\#(owner)"}}}"#
  }

  @Test func answersEachWithItsOwnRow() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    typealias Insert = (symbol: String, qty: JSONValue, tags: JSONValue, user: String)
    let inserts = (0..<64).map { n -> Insert in
      let qty: JSONValue = n % 3 == 0 ? .null : .string("\(n).50")
      let tags: JSONValue = n % 2 == 0 ? .null : [.string("a,\(n)"), "{b}"]
      return ("s\"\(n)\\", qty, tags, n % 4 == 0 ? "ann" : "bob")
    }
    let found = await answers(harness, inserts)
    let expected = (0..<64).map { n -> String in
      let qty = n % 3 == 0 ? "null" : "\(n).50"
      let tags = n % 2 == 0 ? "null" : #"["a,\#(n)","{b}"]"#
      return row("s\\\"\(n)\\\\", qty, tags, n % 4 == 0 ? "ann" : "bob")
    }
    #expect(found == expected)
    // Each row was written on behalf of its own session.
    let strangers = try harness.database.execute(
      "select count(*) from ticks join noted using (id) where owner <> who"
    )
    #expect(strangers == [["0"]])
    await harness.stop()
  }

  @Test func tellsOnlyTheOneWhoseRowIsRefused() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    func isRefused(_ n: Int) -> Bool { [3, 20, 21, 40].contains(n) }
    let inserts = (0..<48).map { n in
      let qty: JSONValue =
        switch n {
        case 3: 100
        case 20: 13
        case 21: "many"
        default: 1
        }
      return (symbol: n == 40 ? "first" : "s\(n)", qty: qty, tags: JSONValue.null, user: "ann")
    }
    let found = await answers(harness, inserts)
    let path = "$.selectionSet.insert_ticks_one.args.object"
    for (n, answer) in found.enumerated() {
      let expected =
        switch n {
        case 3:
          WritingFixture.error(
            "check constraint of an insert/update permission has failed",
            path,
            "permission-error"
          )
        case 20:
          WritingFixture.error(
            "Check constraint violation. new row for relation \"ticks\" violates check constraint "
              + "\"ticks_qty_check\"",
            path,
            "permission-error"
          )
        case 21:
          WritingFixture.error(
            "invalid input syntax for type numeric: \"many\"",
            path,
            "data-exception"
          )
        case 40:
          WritingFixture.error(
            "Uniqueness violation. duplicate key value violates unique constraint "
              + "\"ticks_symbol_key\"",
            path,
            "constraint-violation"
          )
        default: row("s\(n)", "1", "null", "ann")
        }
      #expect(answer == expected)
    }
    #expect(try harness.database.execute("select count(*) from ticks") == [["45"]])
    await harness.stop()
  }

  @Test func tellsOfRowsThatATriggerLeavesOut() async throws {
    let harness = try await EngineHarness(
      sql: Self.sql + """
        create function odd() returns trigger language plpgsql as $$
          begin if new.qty % 2 = 1 then return null; end if; return new; end $$;
        create trigger odd before insert on ticks for each row execute function odd();
        """,
      metadata: Self.metadata
    )
    let inserts = (0..<32).map { n in
      (
        symbol: "s\(n)", qty: JSONValue.string("\(n == 13 ? 15 : n)"), tags: JSONValue.null,
        user: "ann"
      )
    }
    let found = await answers(harness, inserts)
    let expected = (0..<32).map { n in
      n % 2 == 1 ? #"{"data":{"insert_ticks_one":null}}"# : row("s\(n)", "\(n)", "null", "ann")
    }
    #expect(found == expected)
    await harness.stop()
  }
}
