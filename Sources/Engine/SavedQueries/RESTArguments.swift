import GraphQLCore
import JSON

/// Makes variables of what a request gives, by the rules of Hasura's RESTified endpoints.
enum RESTArguments {
  /// Later arguments take the place of earlier ones of their name.
  static func variables(
    _ arguments: [RESTArgument],
    for declared: [DeclaredVariable]
  ) throws(HasuraError) -> JSONObject {
    var variables = JSONObject()
    for argument in arguments {
      guard let variable = declared.first(where: { $0.name.hasSameBytes(as: argument.name) })
      else {
        throw HasuraError(.badRequest, "Unexpected variable \(argument.name)")
      }
      switch argument.value {
      case .json(let value): variables[argument.name] = value
      case .text(let text): variables[argument.name] = try value(of: text, for: variable)
      }
    }
    return variables
  }

  /// The value that a text means; nil leaves the variable to its default.
  private static func value(
    of text: String,
    for variable: DeclaredVariable
  ) throws(HasuraError) -> JSONValue? {
    guard !variable.isList else {
      throw HasuraError(
        .badRequest,
        "List variables are not currently supported in URL or Query parameters. "
          + "(Variable \(variable.name), with value \(JSONValue.string(text).text))"
      )
    }
    // A key alone says yes.
    if variable.typeName == "Boolean", text.isEmpty { return .bool(true) }
    if !variable.isNonNull, text.isEmpty { return nil }
    switch try? JSONValue(parsing: text) {
    case .bool(let value)? where booleanTypes.contains(variable.typeName): return .bool(value)
    // Digits stay as they came, however many.
    case .number(let number)? where numberTypes.contains(variable.typeName):
      return .number(number)
    default: return .string(text)
    }
  }

  private static let booleanTypes: Set<String> = ["Boolean", "Bool", "bool"]
  private static let numberTypes: Set<String> = [
    "Int", "Float", "Number", "Double", "float8", "float4", "numeric", "smallint", "bigint",
  ]
}
