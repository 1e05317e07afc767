import JSON
import Testing

@testable import GraphQLCore

struct OperationTests {
  private static let sdl = """
    type Query {
      books(limit: Int = 10, where: Filter, order: [Order!], data: Json): [Book!]!
      book(id: ID!): Book
    }
    type Book { title: String author: Author }
    type Author { name: String }
    input Filter { title: Match and: [Filter!] }
    input Match { eq: String like: String = "%" }
    enum Order { ASC DESC }
    scalar Json
    """

  private func operation(_ text: String) throws -> Operation {
    try Operation(
      document: Document(parsing: text),
      schema: Schema(parsing: Self.sdl)
    )
  }

  private func object(_ json: JSONValue) -> JSONObject { json.object ?? JSONObject() }

  /// The selection as text, with the fields below in braces.
  private func outline(
    _ fields: [CollectedField],
    _ operation: Operation,
    _ variables: VariableValues
  ) throws -> String {
    try fields.map { field in
      guard let id = field.fieldID else { return field.responseName }
      let type = operation.schema[id].type.type
      let below = try operation.fields(of: field, as: type, variables)
      let inner = try outline(below, operation, variables)
      return inner.isEmpty ? field.responseName : "\(field.responseName){\(inner)}"
    }
    .joined(separator: " ")
  }

  @Test func mergesSelectionsInResponseOrder() throws {
    let operation = try operation(
      """
      query ($yes: Boolean!) {
        books { title ...B }
        b: book(id: 1) { author @skip(if: $yes) { name } }
        books { author { name @include(if: $yes) } __typename }
      }
      fragment B on Book { author { n: name } title ... on Author { name } }
      """
    )
    let variables = try operation.coerceVariables(object(["yes": true]))
    let fields = try operation.rootFields(variables)
    #expect(
      try outline(fields, operation, variables)
        == "books{title author{n name} __typename} b"
    )
    #expect(operation.variables.map(\.isUsedInDirective) == [true])
  }

  @Test func keepsVariablesForThePlanner() throws {
    let operation = try operation(
      """
      query ($a: String, $b: String, $limit: Int) {
        books(limit: $limit, where: {title: {eq: $a}, and: {title: {eq: $b}}}, order: DESC) {
          title
        }
      }
      """
    )
    let variables = try operation.coerceVariables(object(["a": "x"]))
    let field = try #require(try operation.rootFields(variables).first)
    let schema = operation.schema
    let filter = try #require(schema.type(named: "Filter"))
    let match = try #require(schema.type(named: "Match"))
    let title = try #require(schema.inputField(named: "title", of: filter))
    let and = try #require(schema.inputField(named: "and", of: filter))
    let equal = try #require(schema.inputField(named: "eq", of: match))
    let like = try #require(schema.inputField(named: "like", of: match))
    let order = try #require(schema.type(named: "Order"))
    let descending = try #require(schema.enumValue(named: "DESC", of: order))
    let arguments = try operation.arguments(of: field, variables)
    #expect(arguments.map { schema[$0.id].name } == ["limit", "where", "order"])
    #expect(
      arguments.map(\.value) == [
        .int("10"),
        .object([
          InputField(
            id: title,
            value: .object([
              InputField(id: equal, value: .variable(0)),
              InputField(id: like, value: .string("%")),
            ])
          ),
          InputField(
            id: and,
            value: .list([
              .object([
                InputField(
                  id: title,
                  value: .object([InputField(id: like, value: .string("%"))])
                )
              ])
            ])
          ),
        ]),
        .list([.enumValue(descending)]),
      ]
    )
  }

  @Test func putsVariablesIntoLiteralsOfCustomScalars() throws {
    let operation = try operation(
      "query ($a: String, $b: String) { books(data: {x: [$a, $b, 1.50], y: $b, z: E}) { title } }"
    )
    let variables = try operation.coerceVariables(object(["a": "x"]))
    let field = try #require(try operation.rootFields(variables).first)
    let arguments = try operation.coercedArguments(of: field, variables)
    let data = try #require(arguments.last)
    #expect(data.value.json(in: operation.schema).text == #"{"x":["x",null,1.50],"z":"E"}"#)
  }

  @Test(
    arguments: [
      ("1", "1"), ("-0", "0"), ("1.0", "1"), ("120e-1", "12"), ("1.50e2", "150"), ("0.0e5", "0"),
      ("-2147483648", "-2147483648"), ("2147483648", nil), ("1.5", nil), ("1e100", nil),
      ("1e-1", nil), ("1e99999999999999999999", nil),
    ] as [(String, String?)]
  )
  func takesWholeNumbersHoweverTheyAreWritten(text: String, digits: String?) {
    #expect(ScalarCoercion.int(text) == digits)
  }

  @Test func knowsALargeWholeNumberFromAFraction() throws {
    let schema = try Schema(parsing: Self.sdl)
    let reading = try InputReading(schema, type: "Int")
    let messages = try ["1e20", "1e-20"]
      .map { text -> [String] in
        guard case .failure(let found) = reading.read(try JSONValue(parsing: text)) else {
          return []
        }
        return found.problems.map(\.message)
      }
    #expect(
      messages == [
        ["Int cannot represent non 32-bit signed integer value: 1e20"],
        ["Int cannot represent non-integer value: 1e-20"],
      ]
    )
  }

  @Test func tellsWhereALiteralIsWrong() throws {
    let schema = try Schema(parsing: Self.sdl)
    let error = #expect(throws: SyntaxError.self) {
      try LiteralReading(
        "1) { a } a(b: 2",
        variableDefinitions: nil,
        variables: JSONObject(),
        schema: schema
      )
    }
    #expect(error?.location == SourceLocation(line: 1, column: 2))
  }

  @Test func takesOneOfLiteralsWithOneFieldOnly() throws {
    let sdl = "type Query { a: Int } input One @oneOf { a: Int b: Int }"
    let schema = try Schema(parsing: sdl)
    let reading = try InputReading(schema, type: "One")
    let fits = try ["{a: 1}", "{a: 1, a: 1}", "{a: 1, b: 1}", "{}", "{a: null}"]
      .map { text -> Bool in
        let literal = try LiteralReading(
          text,
          variableDefinitions: nil,
          variables: JSONObject(),
          schema: schema
        )
        return (try? reading.read(literal).get()) != nil
      }
    #expect(fits == [true, false, false, false, false])
  }

  @Test func pointsAtTheTypeThatIsNoInputType() throws {
    let operation = try operation("query ($a: Book) { book(id: 1) { title } }")
    let errors = #expect(throws: CoercionErrors.self) {
      try operation.coerceVariables(JSONObject())
    }
    #expect(errors?.failures.map(\.location) == [SourceLocation(line: 1, column: 12)])
  }

  @Test func saysEverythingThatIsWrongWithVariables() throws {
    let operation = try operation(
      "query ($a: Int!, $f: Filter, $o: Order, $i: ID) { book(id: $i) { title } }"
    )
    let json: JSONValue = ["f": ["title": ["eq": 1], "not": nil], "o": "UP", "i": 5]
    let errors = #expect(throws: CoercionErrors.self) {
      try operation.coerceVariables(object(json))
    }
    #expect(
      errors?.failures.map(\.message) == [
        "Variable \"$a\" has invalid value: Expected a value of non-null type \"Int!\" to be"
          + " provided.",
        "Variable \"$f\" has invalid value at .title.eq: String cannot represent a non string"
          + " value: 1",
        "Variable \"$f\" has invalid value: Expected value of type \"Filter\" not to include"
          + " unknown field \"not\", found: { title: { eq: 1 }, not: null }.",
        "Variable \"$o\" has invalid value: Value \"UP\" does not exist in \"Order\" enum.",
      ]
    )
  }

  @Test func findsTheOperationByName() throws {
    let document = try Document(parsing: "query a { __typename } query b { __typename }")
    let schema = try Schema(parsing: Self.sdl)
    #expect(try Operation(document: document, schema: schema, operationName: "b").name == "b")
    let error = #expect(throws: RequestError.self) {
      try Operation(document: document, schema: schema)
    }
    #expect(error?.reason == .noOperationName)
    let unknown = #expect(throws: RequestError.self) {
      try Operation(document: document, schema: schema, operationName: "c")
    }
    #expect(unknown?.message == "Unknown operation named \"c\".")
  }

  @Test func answersIntrospection() throws {
    let operation = try operation(
      """
      { __type(name: "Query") { name fields { name args { defaultValue } type { ...T } } }
        __schema { queryType { name } mutationType { name } } }
      fragment T on __Type { kind name ofType { kind name ofType { kind ofType { name } } } }
      """
    )
    var writer = JSONWriter()
    writer.beginObject()
    for field in try operation.rootFields(VariableValues()) {
      writer.key(field.responseName)
      try operation.introspect(field, VariableValues(), into: &writer)
    }
    writer.endObject()
    let text = String(decoding: writer.finish(), as: UTF8.self)
    #expect(
      text == """
        {"__type":{"name":"Query","fields":[{"name":"books","args":[{"defaultValue":"10"},\
        {"defaultValue":null},{"defaultValue":null},{"defaultValue":null}],"type":{"kind":\
        "NON_NULL","name":null,"ofType":{"kind":"LIST","name":null,"ofType":{"kind":"NON_NULL",\
        "ofType":{"name":"Book"}}}}},{"name":"book","args":[{"defaultValue":null}],"type":\
        {"kind":"OBJECT","name":"Book","ofType":null}}]},"__schema":{"queryType":{"name":"Query"},\
        "mutationType":null}}
        """
    )
  }

  @Test(
    arguments: [
      ("{ a }", nil, .query),
      ("subscription { a }", nil, .subscription),
      ("query q { a } subscription s { a }", "s", .subscription),
      ("query q { a } mutation m { a }", "m", .mutation),
      ("query q { a } subscription s { a }", nil, nil),
      ("query q { a }", "other", nil),
      ("fragment subscription on t { a }", nil, nil),
    ] as [(String, String?, OperationKind?)]
  )
  func tellsWhatTheOperationOfANameDoes(
    text: String,
    name: String?,
    kind: OperationKind?
  ) throws {
    #expect(try Document(parsing: text).operationKind(named: name) == kind)
  }

  @Test func coercesVariablesWhereTheSchemaHasNoRootTypeForTheOperation() throws {
    let operation = try Operation(
      document: Document(parsing: "mutation ($n: Int = 7) { a(n: $n) }"),
      schema: Schema(parsing: "type Query { a: Int }"),
      needsRootType: false
    )
    #expect(try operation.coerceVariables(JSONObject())[0] == .int("7"))
    #expect(try operation.rootFields(VariableValues()).isEmpty)
  }
}
