import GraphQLCore
import JSON

/// The kind that goes all the way.
extension ConformanceCase {
  func executed() async throws -> Answer {
    let document = try Document(parsing: source, limits: limits)
    let schema = try schema()
    let problems = validate(document, against: schema, suggests: true)
    guard problems.isEmpty else { return Answer(errors: problems.map { Answer.Problem($0) }) }
    let operation = try Operation(
      document: document,
      schema: schema,
      operationName: text("operationName")
    )
    let variables = try operation.coerceVariables(self.variables, suggests: true)
    let result = await Executor(DataResolver(schema: schema))
      .execute(operation, variables, root: request["data"] ?? [:])
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("data")
    result.data.write(into: &writer)
    writer.endObject()
    return Answer(
      errors: result.errors.map { error in
        Answer.Problem(
          message: error.message,
          locations: error.locations,
          path: error.path?.json.array
        )
      },
      output: try JSONValue(parsing: writer.finish().span)
    )
  }
}
