import GraphQLCore
import JSON

/// The kinds that coerce values, and introspection.
extension ConformanceCase {
  var variables: JSONObject { request["variables"]?.object ?? JSONObject() }

  func schema() throws -> Schema { try Schema(parsing: text("schema") ?? "") }

  func coerceVariables() throws -> Answer {
    let document = try Document(parsing: source, limits: limits)
    let operation = try Operation(
      document: document,
      schema: try schema(),
      operationName: text("operationName"),
      // Variables come before the root type: section 6.1.
      needsRootType: false
    )
    do {
      let values = try operation.coerceVariables(variables, suggests: true)
      var output = JSONObject()
      for (index, variable) in operation.variables.enumerated() {
        guard let value = values[index] else { continue }
        output.append(variable.name, value.json(in: operation.schema))
      }
      return Answer(output: .object(output))
    } catch {
      return Answer(errors: error.failures.map { Answer.Problem($0) })
    }
  }

  func coerceInput() throws -> Answer {
    let schema = try schema()
    let input = try InputReading(schema, type: text("type") ?? "")
    switch input.read(request["value"] ?? .null) {
    case .success(let value): return Answer(output: value.json(in: schema))
    case .failure(let problems):
      return Answer(errors: problems.problems.map { Answer.Problem($0, at: []) })
    }
  }

  func coerceLiteral() throws -> Answer {
    let schema = try schema()
    let input = try InputReading(schema, type: text("type") ?? "")
    let literal = try LiteralReading(
      String(decoding: source, as: UTF8.self),
      variableDefinitions: text("variableDefinitions"),
      variables: variables,
      schema: schema
    )
    switch input.read(literal) {
    case .success(let value): return Answer(output: value.json(in: schema))
    case .failure(let failure) where failure.problems.isEmpty:
      return Answer(errors: [Answer.Problem(message: "A variable has no value.")])
    case .failure(let failure):
      return Answer(
        errors: failure.problems.map { Answer.Problem($0, at: literal.locations(of: $0)) }
      )
    }
  }

  func introspect(_ query: String) throws -> Answer {
    let schema = try schema()
    let operation = try Operation(document: Document(parsing: query), schema: schema)
    var writer = JSONWriter()
    writer.beginObject()
    for field in try operation.rootFields(VariableValues()) {
      writer.key(field.responseName)
      try operation.introspect(field, VariableValues(), into: &writer)
    }
    writer.endObject()
    return Answer(output: try JSONValue(parsing: writer.finish().span))
  }
}

extension Answer.Problem {
  init(_ failure: CoercionErrors.Failure) {
    self.init(message: failure.message, locations: [failure.location])
  }

  init(_ problem: InputProblem, at locations: [SourceLocation]) {
    self.init(message: problem.message, locations: locations, path: problem.path.map(\.json))
  }
}

extension PathStep {
  var json: JSONValue {
    if case .index(let index) = self { return .number(JSONNumber(index)) }
    return .string(name ?? "")
  }
}
