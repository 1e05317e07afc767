import GraphQLCore

/// A value that no text can be made of.
struct ParameterError: Error, Hashable {
  let message: String
  let code: HasuraError.Code
  /// The place of the value within what the parameter is made of.
  private(set) var steps: [Step] = []
  /// Whether it is told as PostgreSQL tells it: of the request as a whole.
  private(set) var isWithoutPlace = false

  enum Step: Hashable {
    case index(Int)
    case key(String)
  }

  init(_ message: String, code: HasuraError.Code = .validationFailed) {
    self.message = message
    self.code = code
  }

  /// The error of a value that stands in a field of a row of a list.
  func inRow(_ row: Int, of field: String) -> ParameterError {
    var error = self
    error.steps = [.index(row), .key(field)] + steps
    return error
  }

  /// A row has null in a column that takes none.
  init(nullFor field: InputValueID, row: Int, _ schema: RoleSchema) {
    code = .validationFailed
    let definition = schema.schema[field]
    message = HasuraError.message(
      ofNullFor: schema.schema.name(of: definition.type),
      in: schema.schema
    )
    steps = [.index(row), .key(definition.name)]
  }

  /// The place in the request, below that of the parameter.
  func path(below path: String) -> String {
    if isWithoutPlace { return "$" }
    return steps.reduce(into: path) { path, step in
      switch step {
      case .index(let index): path += "[\(index)]"
      case .key(let key): path += ".\(key)"
      }
    }
  }

  /// PostgreSQL's own refusal of a pattern.
  ///
  /// It is made before the statement is sent: PostgreSQL refuses a pattern where it meets a row, and
  /// tells a role by that of rows that it does not see.
  static let endsInAnEscape: ParameterError = {
    var error = ParameterError(
      "LIKE pattern must not end with escape character",
      code: .badRequest
    )
    error.isWithoutPlace = true
    return error
  }()

  static let negativeLimit = ParameterError(
    "expected a non-negative 32-bit integer for type 'Int', but found an integer"
  )
}
