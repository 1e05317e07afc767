import GraphQLCore
import JSON

/// Executable documents out of any bytes, against a schema that has one of everything.
///
/// What validates can be planned without a trap; printing a document changes nothing in what is
/// wrong with it. How long all that takes is the fuzzer's to watch.
enum ValidationCheck {
  static func run(_ bytes: [UInt8]) {
    guard let document = try? Document(parsing: bytes) else { return }
    let errors = validate(document, against: schema, suggests: true)
    precondition(errors.count <= 101, "more errors than asked for")
    for error in errors {
      precondition(!error.message.isEmpty, "an error without a message")
      precondition(error.locations.allSatisfy { $0.line >= 1 && $0.column >= 1 }, "no such place")
    }
    checkPrinted(document, errors)
    _ = validateSDL(document, extending: schema)
    if errors.isEmpty { plan(document) }
  }

  private static func checkPrinted(_ document: Document, _ errors: [ValidationError]) {
    // Printed, a document may pass a limit that it kept before.
    guard let again = try? Document(parsing: Array(document.printed().utf8)) else { return }
    let others = validate(again, against: schema, suggests: true)
    precondition(
      errors.map(\.message).sorted() == others.map(\.message).sorted(),
      "printed, it has other errors"
    )
  }

  /// Collects the fields of every operation, with variables that are not given.
  private static func plan(_ document: Document) {
    for name in operationNames(document) {
      guard
        let operation = try? Operation(document: document, schema: schema, operationName: name),
        let variables = try? operation.coerceVariables(JSONObject())
      else { continue }
      var budget = 2_000
      if let fields = try? operation.rootFields(variables) {
        walk(fields, operation, variables, &budget)
      }
    }
  }

  /// The fields below, for every object that they may be of.
  private static func walk(
    _ fields: [CollectedField],
    _ operation: Operation,
    _ variables: VariableValues,
    _ budget: inout Int
  ) {
    for field in fields {
      budget -= 1
      guard budget > 0 else { return }
      guard let id = field.fieldID else { continue }
      _ = try? operation.arguments(of: field, variables)
      let type = schema[id].type.type
      for type in schema[type].kind.isAbstract ? schema[type].possibleTypes : [type] {
        guard let below = try? operation.fields(of: field, as: type, variables) else { continue }
        walk(below, operation, variables, &budget)
      }
    }
  }

  /// The names of the operations, as the tokens tell; nil for the one without a name.
  private static func operationNames(_ document: Document) -> [String?] {
    guard let tokens = try? TokenList(of: Array(document.printed().utf8)).tokens else { return [] }
    var names: [String?] = [nil]
    for (keyword, name) in zip(tokens, tokens.dropFirst())
    where keyword.location.column == 1 && name.kind == "Name" && keyword.value != "fragment" {
      names.append(name.value)
    }
    return names
  }

  private static let schema: Schema = {
    guard let schema = try? Schema(parsing: sdl) else {
      preconditionFailure("the schema of the check is wrong")
    }
    return schema
  }()

  private static let sdl = """
    directive @tag(name: String!, deep: [In!]) repeatable on FIELD | QUERY | FRAGMENT_SPREAD
      | INLINE_FRAGMENT | FRAGMENT_DEFINITION | VARIABLE_DEFINITION | SUBSCRIPTION | MUTATION
    interface Node { id: ID! }
    interface Named implements Node { id: ID! name(upper: Boolean = false): String }
    type A implements Named & Node {
      id: ID!
      name(upper: Boolean = false): String
      a(in: In, list: [Int!], e: E): A
      b: [B!]!
      u: U
      n: Int @deprecated
    }
    type B implements Node { id: ID! a: A b: B n: String f: Float! named: Named node(id: ID!): Node }
    union U = A | B
    enum E { X Y Z @deprecated }
    scalar Any
    input In { i: Int = 1 s: String! in: In list: [[Int]] e: E = X any: Any one: One }
    input One @oneOf { a: Int b: String in: In }
    type Query { a(in: In): A b(one: One): B u: U node(id: ID!): Node any(v: Any): Any list: [[U]] }
    type Mutation { a(in: In!): A! b(ones: [One!]!): [B] }
    type Subscription { a: A b: B }
    """
}
