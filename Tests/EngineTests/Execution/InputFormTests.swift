import JSON
import Testing

@testable import Engine

/// What values may be written as, in the document and in variables; no digit is lost on the way in.
@Suite(.timeLimit(.minutes(2))) struct InputFormTests {
  private typealias Fixture = WritingFixture

  private static let sql = """
    create table forms (
      id serial primary key, words text[], counts integer[], totals bigint[], amounts numeric[],
      flags boolean[], documents jsonb[], matrix integer[], amount numeric, ratio float8, small real,
      short smallint, total bigint, whole integer, at timestamptz, naive timestamp, day date,
      clock time, zoned timetz, span interval, raw jsonb, text_raw json, bits bytea, net inet,
      code uuid, during tstzrange, fee money);
    """

  private static let metadata = EngineHarness.metadata([["table": "forms"]])

  /// Inserts one value in a document, in a variable of its own, in a row of a list and as an update,
  /// and expects the same of each.
  private func check(
    _ cases: [(column: String, type: String, literal: String, json: JSONValue, answer: String)],
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (column, type, literal, json, answer) in cases {
      let inserted = #"{"data":{"insert_forms_one":{"\#(column)":\#(answer)}}}"#
      var found = await harness.answer(
        "mutation { insert_forms_one(object: {\(column): \(literal)}) { \(column) } }"
      )
      #expect(found == inserted, "\(column): \(literal)", sourceLocation: location)
      found = await harness.answer(
        "mutation ($v: \(type)) { insert_forms_one(object: {\(column): $v}) { \(column) } }",
        ["v": json]
      )
      #expect(found == inserted, "\(column): $v = \(json)", sourceLocation: location)
      let rows = JSONValue.array([
        .object(JSONObject([.init(key: column, value: json)])),
        .object(JSONObject([.init(key: column, value: json)])),
      ])
      let insertion = """
        mutation ($r: [forms_insert_input!]!) { insert_forms(objects: $r) {
          returning { \(column) } } }
        """
      let both =
        #"{"data":{"insert_forms":{"returning":[{"\#(column)":\#(answer)},"#
        + #"{"\#(column)":\#(answer)}]}}}"#
      found = await harness.answer(insertion, ["r": rows])
      #expect(found == both, "rows of \(json)", sourceLocation: location)
      found = try await harness.answer(insertion, leavingRowsOf: ["r": rows])
      #expect(found == both, "rows in the text of \(json)", sourceLocation: location)
      found = await harness.answer(
        """
        mutation ($s: forms_set_input!) { update_forms_by_pk(pk_columns: {id: 1}, _set: $s) {
          \(column) } }
        """,
        ["s": .object(JSONObject([.init(key: column, value: json)]))]
      )
      #expect(
        found == #"{"data":{"update_forms_by_pk":{"\#(column)":\#(answer)}}}"#,
        "set to \(json)",
        sourceLocation: location
      )
    }
    await harness.stop()
  }

  @Test func takesAmountsOfMoneyInEveryNotation() async throws {
    try await check([
      ("fee", "money", "1e3", try JSONValue(parsing: "1e3"), #""$1,000.00""#),
      ("fee", "money", "1.25E+1", try JSONValue(parsing: "1.25E+1"), #""$12.50""#),
      ("fee", "money", "-1234.5e-2", try JSONValue(parsing: "-1234.5e-2"), #""-$12.35""#),
      ("fee", "money", "1e-7", try JSONValue(parsing: "1e-7"), #""$0.00""#),
      ("fee", "money", "0.0e5", try JSONValue(parsing: "0.0e5"), #""$0.00""#),
      ("fee", "money", "12.345", try JSONValue(parsing: "12.345"), #""$12.35""#),
      (
        "fee", "money", "92233720368547758.07", try JSONValue(parsing: "9223372036854775807e-2"),
        #""$92,233,720,368,547,758.07""#
      ),
      ("fee", "money", #""$1,000.50""#, "1000.5", #""$1,000.50""#),
    ])
  }

  @Test(arguments: ["1e-9223372036854775808", "1e9223372036854775807", "1e99999999999999999999"])
  func refusesNumbersBeyondAllDigits(number: String) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (column, type) in [("total", "bigint"), ("fee", "money")] {
      #expect(
        await harness.answer("mutation { insert_forms_one(object: {\(column): \(number)}) { id } }")
          == Fixture.error(
            "invalid input syntax for type \(type): \"\(number)\"",
            "$.selectionSet.insert_forms_one.args.object",
            "data-exception"
          )
      )
    }
    await harness.stop()
  }

  @Test func comparesAmountsOfMoneyInEveryNotation() async throws {
    let harness = try await EngineHarness(
      sql: Self.sql + "insert into forms (fee) values (1000), (20);",
      metadata: Self.metadata
    )
    for condition in ["_eq: 1e3", "_in: [1e3, 5]", "_gt: 2.1e1"] {
      #expect(
        await harness.answer("{ forms(where: {fee: {\(condition)}}) { id } }")
          == #"{"data":{"forms":[{"id":1}]}}"#
      )
    }
    await harness.stop()
  }

  @Test func takesArraysInPostgreSQLsNotation() async throws {
    try await check([
      ("words", "[String!]", #""{a,\"b c\",NULL}""#, "{a,\"b c\",NULL}", #"["a","b c",null]"#),
      ("words", "[String!]", #""{}""#, "{}", "[]"),
      ("words", "[String!]", #"["{a,b}"]"#, ["{a,b}"], #"["{a,b}"]"#),
      // One text is a list of it, as GraphQL has it.
      ("words", "[String!]", #""a,b""#, "a,b", #"["a,b"]"#),
      ("counts", "[Int!]", #""{1,2}""#, "{1,2}", "[1,2]"),
      ("counts", "[Int!]", #""[0:1]={1,2}""#, " [0:1] = {1,2}", "[1,2]"),
      ("matrix", "[Int!]", #""{{1,2},{3,4}}""#, "{{1,2},{3,4}}", "[[1,2],[3,4]]"),
      ("totals", "[bigint!]", #""{9007199254740993}""#, "{9007199254740993}", "[9007199254740993]"),
      (
        "totals", "[bigint!]", #"["9007199254740993", 1]"#, [9_007_199_254_740_993, "1"],
        "[9007199254740993,1]"
      ),
      ("amounts", "[numeric!]", #""{1.10,NaN}""#, "{1.10,NaN}", #"[1.10,"NaN"]"#),
      ("flags", "[Boolean!]", #""{t,f}""#, "{t,f}", "[true,false]"),
      ("documents", "[jsonb!]", #"[{a: 1}, "x"]"#, [["a": 1], "x"], #"[{"a": 1},"x"]"#),
      ("documents", "[jsonb!]", #""{\"{\\\"a\\\": 1}\"}""#, #"{"{\"a\": 1}"}"#, #"[{"a": 1}]"#),
    ])
  }

  @Test func takesArraysInPostgreSQLsNotationInConditions() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    _ = await harness.answer(
      #"mutation { insert_forms(objects: [{words: ["a"]}, {words: ["a", "b"]}]) { affected_rows } }"#
    )
    func ids(_ condition: String, _ variables: JSONObject = [:]) async -> String {
      let declaration = variables.isEmpty ? "" : "($v: [String!])"
      return await harness.answer(
        "query \(declaration) { forms(where: {words: {\(condition)}}, order_by: {id: asc}) { id } }",
        variables
      )
    }
    let both = #"{"data":{"forms":[{"id":1},{"id":2}]}}"#
    let second = #"{"data":{"forms":[{"id":2}]}}"#
    #expect(await ids(#"_eq: "{a,b}""#) == second)
    #expect(await ids("_eq: $v", ["v": "{a,b}"]) == second)
    #expect(await ids(#"_contains: "{a}""#) == both)
    #expect(await ids(#"_in: ["{a}", ["a", "b"]]"#) == both)
    #expect(await ids(#"_in: "{a,b}""#) == second)
    await harness.stop()
  }

  @Test func tellsWhatIsWrongWithAnArray() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let malformed = await harness.answer(
      #"mutation { insert_forms_one(object: {words: "{a"}) { id } }"#
    )
    #expect(
      malformed
        == Fixture.error(
          #"malformed array literal: "{a""#,
          "$.selectionSet.insert_forms_one.args.object",
          "data-exception"
        )
    )
    let noNumbers = await harness.answer(
      #"mutation { insert_forms_one(object: {counts: "{a}"}) { id } }"#
    )
    #expect(
      noNumbers
        == Fixture.error(
          #"invalid input syntax for type integer: "a""#,
          "$.selectionSet.insert_forms_one.args.object",
          "data-exception"
        )
    )
    let text = await harness.answer("mutation { insert_forms_one(object: {counts: true}) { id } }")
    #expect(
      text
        == Fixture.error(
          "expected a 32-bit integer for type 'Int', but found a boolean",
          "$.selectionSet.insert_forms_one.args.object.counts",
          "validation-failed"
        )
    )
    await harness.stop()
  }

  @Test func keepsEveryDigit() async throws {
    let digits = "123456789012345678901234567890.123456789012345678901234567890"
    let number = try JSONValue(parsing: digits)
    try await check([
      ("amount", "numeric", digits, number, digits),
      ("amount", "numeric", #""\#(digits)""#, .string(digits), digits),
      ("amount", "numeric", "1.50", try JSONValue(parsing: "1.50"), "1.50"),
      (
        "amount", "numeric", "1e-30", try JSONValue(parsing: "1E-30"),
        "0.000000000000000000000000000001"
      ),
      ("amount", "numeric", #""NaN""#, "nan", #""NaN""#),
      ("amount", "numeric", #""Infinity""#, "inf", #""Infinity""#),
      ("amount", "numeric", #""-Infinity""#, "-Infinity", #""-Infinity""#),
      ("ratio", "float8", #""-Infinity""#, "-Infinity", #""-Infinity""#),
      ("ratio", "float8", #""NaN""#, "NaN", #""NaN""#),
      ("ratio", "float8", "0.1", "0.1", "0.1"),
      (
        "ratio", "float8", "1.7976931348623157e308", "1.7976931348623157e308",
        "1.7976931348623157e+308"
      ),
      ("small", "Float", "0.1", try JSONValue(parsing: "0.1"), "0.1"),
      ("total", "bigint", "9223372036854775807", "9223372036854775807", "9223372036854775807"),
      (
        "total", "bigint", #""-9223372036854775808""#,
        try JSONValue(parsing: "-9223372036854775808"), "-9223372036854775808"
      ),
      ("short", "smallint", "-32768", "-32768", "-32768"),
      // As Hasura reads them: an integer may have a fraction that is none, or an exponent.
      (
        "total", "bigint", "9.007199254740993e15", try JSONValue(parsing: "9007199254740993.0"),
        "9007199254740993"
      ),
      ("total", "bigint", "-1e3", try JSONValue(parsing: "-1.0E+3"), "-1000"),
      ("short", "smallint", "0.0", try JSONValue(parsing: "-0e5"), "0"),
      ("short", "smallint", "1200e-2", try JSONValue(parsing: "1.2e1"), "12"),
      ("whole", "Int", "2147483647", 2_147_483_647, "2147483647"),
      (
        "raw", "jsonb", "{n: \(digits), b: 9007199254740993}",
        try JSONValue(parsing: #"{"n": \#(digits), "b": 9007199254740993}"#),
        #"{"b": 9007199254740993, "n": \#(digits)}"#
      ),
      (
        "text_raw", "json", "[1.10, 1e400]", try JSONValue(parsing: "[1.10, 1e400]"),
        "[1.10,1e400]"
      ),
    ])
  }

  @Test func takesTextsForNumbersAndBooleansOfColumns() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let row: JSONValue = [
      "whole": "2147483647", "small": "0.00390625", "counts": ["1", 2], "flags": ["t", false],
    ]
    let fields = "whole small counts flags"
    let values = #"{"whole":2147483647,"small":0.00390625,"counts":[1,2],"flags":[true,false]}"#
    let literal = await harness.answer(
      """
      mutation { insert_forms_one(object: {whole: "2147483647", small: "0.00390625",
        counts: ["1", 2], flags: ["t", false]}) { \(fields) } }
      """
    )
    #expect(literal == #"{"data":{"insert_forms_one":\#(values)}}"#)
    let insertion = """
      mutation ($r: [forms_insert_input!]!) { insert_forms(objects: $r) {
        returning { \(fields) } } }
      """
    let inserted = #"{"data":{"insert_forms":{"returning":[\#(values)]}}}"#
    #expect(await harness.answer(insertion, ["r": [row]]) == inserted)
    #expect(try await harness.answer(insertion, leavingRowsOf: ["r": [row]]) == inserted)
    let updated = await harness.answer(
      """
      mutation { update_forms(where: {id: {_eq: "1"}, whole: {_in: ["2147483647"]}},
          _inc: {whole: "-47"}) { affected_rows }
        update_forms_by_pk(pk_columns: {id: "1"}, _set: {small: "1.5"}) { whole small } }
      """
    )
    #expect(
      updated == #"{"data":{"update_forms":{"affected_rows":1},"#
        + #""update_forms_by_pk":{"whole":2147483600,"small":1.5}}}"#
    )
    let tooLarge = await harness.answer(
      "mutation { insert_forms_one(object: {whole: \"2147483648\"}) { id } }"
    )
    #expect(
      tooLarge
        == Fixture.error(
          "value \"2147483648\" is out of range for type integer",
          "$.selectionSet.insert_forms_one.args.object",
          "data-exception"
        )
    )
    await harness.stop()
  }

  @Test func takesTimesWithAnyOffset() async throws {
    try await check([
      (
        "at", "timestamptz", #""2024-02-29T12:00:00.123456+05:45""#,
        "2024-02-29T06:15:00.123456Z", #""2024-02-29T06:15:00.123456+00:00""#
      ),
      (
        "at", "timestamptz", #""2024-02-29 12:00:00-0330""#, "2024-02-29T15:30:00+00",
        #""2024-02-29T15:30:00+00:00""#
      ),
      (
        "at", "timestamptz", #""20240229T120000Z""#, "2024-02-29T12:00Z",
        #""2024-02-29T12:00:00+00:00""#
      ),
      ("at", "timestamptz", #""infinity""#, "infinity", #""infinity""#),
      (
        "naive", "timestamp", #""2024-02-29T12:00:00.5""#, "2024-02-29 12:00:00.5+09:00",
        #""2024-02-29T12:00:00.5""#
      ),
      ("day", "date", #""2024-02-29""#, "20240229", #""2024-02-29""#),
      ("clock", "time", #""23:59:59.999999""#, "23:59:59.999999", #""23:59:59.999999""#),
      ("zoned", "timetz", #""12:00:00+05:45""#, "12:00:00 +0545", #""12:00:00+05:45""#),
      ("span", "interval", #""P1DT2H""#, "1 day 02:00:00", #""1 day 02:00:00""#),
      (
        "during", "tstzrange", #""[2024-01-01T00:00:00Z,)""#, "[2024-01-01 00:00:00+00,)",
        #""[\"2024-01-01 00:00:00+00\",)""#
      ),
    ])
  }

  @Test func takesOtherTypesAsText() async throws {
    try await check([
      ("bits", "bytea", #""\\x00ff""#, "\\x00ff", #""\\x00ff""#),
      ("net", "inet", #""10.0.0.0/8""#, "10.0.0.0/8", #""10.0.0.0/8""#),
      (
        "code", "uuid", #""A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11""#,
        "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", #""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#
      ),
    ])
  }

  @Test func refusesAFractionInAColumnOfIntegers() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let insertion =
      "mutation ($r: [forms_insert_input!]!) { insert_forms(objects: $r) { affected_rows } }"
    for number in ["1.5", "15e-1", "1e19", "1e400", "0.1e0"] {
      let refused = Fixture.error(
        "invalid input syntax for type bigint: \"\(number)\"",
        "$.selectionSet.insert_forms.args.objects",
        "data-exception"
      )
      let outOfRange = Fixture.error(
        "value \"10000000000000000000\" is out of range for type bigint",
        "$.selectionSet.insert_forms.args.objects",
        "data-exception"
      )
      let expected = number == "1e19" ? outOfRange : refused
      let literal = await harness.answer(
        "mutation { insert_forms(objects: [{total: \(number)}]) { affected_rows } }"
      )
      #expect(literal == expected)
      let rows: JSONValue = [["total": try JSONValue(parsing: number)]]
      #expect(await harness.answer(insertion, ["r": rows]) == expected)
      #expect(try await harness.answer(insertion, leavingRowsOf: ["r": rows]) == expected)
    }
    await harness.stop()
  }

  @Test func comparesWithIntegersInAnyNotation() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    _ = await harness.answer(
      "mutation { insert_forms(objects: [{total: 1000}, {total: 2000}]) { affected_rows } }"
    )
    let both = #"{"data":{"forms":[{"total":1000},{"total":2000}]}}"#
    let first = #"{"data":{"forms":[{"total":1000}]}}"#
    for (condition, expected) in [
      ("_in: [1e3, 2000.0]", both), ("_eq: 1.0e3", first), ("_lt: 2e3", first),
    ] {
      let found = await harness.answer(
        "{ forms(where: {total: {\(condition)}}, order_by: {id: asc}) { total } }"
      )
      #expect(found == expected, "\(condition)")
    }
    let variables = await harness.answer(
      """
      query ($one: bigint!, $all: [bigint!]!) {
        forms(where: {_or: [{total: {_eq: $one}}, {total: {_in: $all}}]}, order_by: {id: asc}) {
          total } }
      """,
      ["one": try JSONValue(parsing: "1e3"), "all": [try JSONValue(parsing: "2000.0"), "7"]]
    )
    #expect(variables == both)
    await harness.stop()
  }
}
