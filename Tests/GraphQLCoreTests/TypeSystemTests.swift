import JSON
import Testing

@testable import GraphQLCore

/// Documents that define schemas: what is refused, and what comes of those that are not.
struct TypeSystemTests {
  @Test(
    arguments: [
      ("schema { query: Q } schema { query: Q }", "Must provide only one schema definition."),
      ("schema { query: Q query: Q }", "There can be only one query type in schema."),
      ("type Q { a: Int }", "There can be only one type named \"Q\"."),
      ("enum E { A A }", "Enum value \"E.A\" can only be defined once."),
      ("type T { a: Int } extend type T { a: Int }", "Field \"T.a\" can only be defined once."),
      (
        "type T { a(b: Int, b: Int): Int }",
        "Argument \"T.a(b:)\" can only be defined once."
      ),
      (
        "directive @d on FIELD directive @d on FIELD",
        "There can be only one directive named \"@d\"."
      ),
      ("type T { a: None }", "Unknown type \"None\"."),
      ("extend enum Q { A }", "Cannot extend non-enum type \"Q\"."),
      ("extend type None { a: Int }", "Cannot extend type \"None\" because it is not defined."),
      (
        "scalar S @deprecated",
        "Directive \"@deprecated\" may not be used on scalar."
      ),
    ]
  )
  func refusesTheDefinition(text: String, message: String) throws {
    let document = try Document(parsing: "type Q { a: Int }\n" + text)
    let messages = validateSDL(document, suggests: false).map(\.message)
    #expect(messages.contains(message))
  }

  @Test(
    arguments: [
      ("input I { a: Q }", "The type of I.a must be Input Type but got: Q."),
      ("type T { a: I } input I { a: Int }", "The type of T.a must be Output Type but got: I."),
      (
        "union U = E enum E { A }",
        "Union type U can only include Object types, it cannot include E."
      ),
      (
        "interface N { n: Int } type T implements N { a: Int }",
        "Interface field N.n expected but T does not provide it."
      ),
      (
        "interface N { n: Int! } type T implements N { n: Int }",
        "Interface field N.n expects type Int! but T.n is type Int."
      ),
      (
        "interface N { n: Int } interface M implements N { n: Int } type T implements M { n: Int }",
        "Type T must implement N because it is implemented by M."
      ),
      (
        "input I { i: I! }",
        "Input Object I cannot be provided a finite value because it references itself through"
          + " fields: I.i."
      ),
      (
        "input I { i: I = {} }",
        "Invalid circular reference. The default value of Input Object field I.i references itself."
      ),
      (
        "input I { a: Int! @deprecated }",
        "Required input field I.a cannot be deprecated."
      ),
      ("input I @oneOf { a: Int! }", "OneOf input field I.a must be nullable."),
      (
        "input I { a: Int = \"1\" }",
        "I.a has invalid default value: Int cannot represent non-integer value: \"1\""
      ),
      (
        "type __T { a: Int }",
        "Name \"__T\" must not begin with \"__\", which is reserved by GraphQL introspection."
      ),
      (
        "directive @d(a: Int @d) on ARGUMENT_DEFINITION",
        "Directive @d must not reference itself."
      ),
      (
        "type T { a: Int @deprecated(reason: 1) }",
        "Argument \"reason\" has invalid value: String cannot represent a non string value: 1"
      ),
      (
        "enum E { A @deprecated(reason: [\"old\"]) }",
        "Argument \"reason\" has invalid value: String cannot represent a non string value: [\"old\"]"
      ),
      (
        "scalar S @specifiedBy(url: null)",
        "Argument \"url\" has invalid value: Expected value of non-null type \"String!\" not to be null."
      ),
    ]
  )
  func refusesTheSchema(text: String, message: String) throws {
    let document = try Document(parsing: "schema { query: Q } type Q { a: Int }\n" + text)
    #expect(validateSDL(document).isEmpty)
    #expect(try validateSchema(document).map(\.message) == [message])
  }

  @Test func extendsASchema() throws {
    let schema = try Schema(parsing: "type Query { a: E } enum E { A } union U = Query")
    let extended = try schema.extended(
      by: Document(
        parsing: """
          extend type Query { b(c: [Int!] = [1]): T @deprecated(reason: "old") }
          extend enum E { B }
          extend union U = T
          "A type."
          type T { d: String }
          directive @d repeatable on FIELD | QUERY
          """
      )
    )
    #expect(
      extended.sdl() == """
        directive @d repeatable on FIELD | QUERY

        type Query {
          a: E
          b(c: [Int!] = [1]): T @deprecated(reason: "old")
        }

        enum E {
          A
          B
        }

        union U = Query | T

        \"\"\"A type.\"\"\"
        type T {
          d: String
        }
        """
    )
    let type = try #require(schema.type(named: "Query"))
    #expect(extended.type(named: "Query") == type)
  }

  @Test func coercesDefaultsThatNeedEachOther() throws {
    let schema = try Schema(
      parsing: """
        type Query { a(i: A = {}): Int }
        input A { b: B = { x: 2 } loop: A = {} }
        input B { x: Int y: Int = 3 }
        """
    )
    let query = try #require(schema.queryType)
    let field = try #require(schema.field(named: "a", of: query))
    let argument = try #require(schema.argument(named: "i", of: field))
    let value = try #require(schema.coercedDefault(of: argument))
    #expect(value.json(in: schema).text == #"{"b":{"x":2,"y":3},"loop":{"b":{"x":2,"y":3}}}"#)
  }

  @Test(
    arguments: [
      ("Query", "namedType"), ("Query.a", "field"), ("Query.a(b:)", "fieldArgument"),
      ("I.x", "inputField"), ("E.A", "enumValue"), ("@d", "directive"),
      ("@d(x:)", "directiveArgument"), ("Query.none", "nil"), ("None", "nil"),
    ]
  )
  func resolvesCoordinates(text: String, kind: String) throws {
    let schema = try Schema(
      parsing: """
        type Query { a(b: I): E } input I { x: Int } enum E { A } directive @d(x: Int) on FIELD
        """
    )
    let element = try schema.resolve(SchemaCoordinate(parsing: Array(text.utf8)))
    let name = element.map { "\($0)".prefix { $0 != "(" } }
    #expect(name.map { String($0) } ?? "nil" == kind)
    #expect(throws: CoordinateError.self) {
      try schema.resolve(SchemaCoordinate(parsing: Array("None.a".utf8)))
    }
  }
}
