package import JSON

/// Reads single values as a type that is given as text, for tools and tests.
package struct InputReading: Sendable {
  /// Everything that is wrong with a value.
  package struct Problems: Error, Sendable {
    package let problems: [InputProblem]
  }

  private let schema: Schema
  private let type: TypeReference

  /// - Throws: where the text is no type, or the schema has none of the name.
  package init(_ schema: Schema, type text: String) throws {
    self.schema = schema
    let document = try Document(parsing: Array(text.utf8), as: .type)
    guard let node = document.firstChild(of: .document),
      let type = document.typeReference(node, in: schema)
    else { throw SchemaError(reason: .undefinedType, name: text) }
    self.type = type
  }

  package func read(_ json: JSONValue) -> Result<InputValue, Problems> {
    if let value = InputCoercion(schema).value(json, as: type) { return .success(value) }
    var checker = InputChecker(schema, suggests: true)
    checker.check(json, as: type)
    return .failure(Problems(problems: checker.problems))
  }

  package func read(_ literal: LiteralReading) -> Result<InputValue, Problems> {
    let context = literal.context
    if let value = InputCoercion(schema).literal(literal.value, as: type, in: context) {
      return .success(value)
    }
    var checker = InputChecker(schema, suggests: true)
    // Without definitions nothing is known of the variables.
    let known = literal.definesVariables ? context : nil
    checker.check(literal.value, as: type, in: literal.document, known)
    return .failure(Problems(problems: checker.problems))
  }
}

/// A literal that stands alone, with the variables in it.
package struct LiteralReading: Sendable {
  let document: Document
  let value: NodeID
  let context: LiteralContext
  let definesVariables: Bool
  private let offset: Int

  /// The variables' definitions are written as in an operation: `($a: Int = 1)`.
  package init(
    _ text: String,
    variableDefinitions: String?,
    variables: JSONObject,
    schema: Schema
  ) throws {
    // By itself first: so a fault is told where it stands in the literal, and what is more than one
    // value does not become a part of what is put around it.
    _ = try Document(parsing: Array(text.utf8), as: .value, limits: .trusted)
    // An operation around both gives the variables their definitions.
    let prefix = "query \(variableDefinitions ?? "") { a(a: "
    offset = prefix.utf8.count
    definesVariables = variableDefinitions != nil
    let document = try Document(parsing: "\(prefix)\(text)\n) }", limits: .trusted)
    let operation = try Operation(document: document, schema: schema)
    guard let set = document.selectionSet(of: operation.node),
      let argument = document.firstChild(of: set).flatMap({ document.firstChild(of: $0) }),
      let value = document.value(of: argument)
    else { throw RequestError(reason: .noOperation, locations: []) }
    self.document = document
    self.value = value
    context = operation.literals(
      try operation.coerceVariables(variables),
      keepsVariables: false
    )
  }

  /// Where in the literal a problem lies.
  package func locations(of problem: InputProblem) -> [SourceLocation] {
    guard let place = problem.offset else { return [] }
    let literal = Array(document.source[offset...])
    return [SourceLocation(offset: place - offset, in: literal.span)]
  }
}
