import GraphQLCore
import JSON
import Metadata

/// What a webhook is asked about before a request writes it.
struct InputCheck: Sendable {
  /// Where it stands in the request, whose plan may be that of others too.
  enum Input: Sendable {
    /// One row, or a list of rows or updates.
    case elements(ParameterRecipe.Source)
    /// The arguments of an update or a delete.
    case arguments([(name: String, source: ParameterRecipe.Source)])
    /// What the query API was given.
    case given([JSONValue])
  }

  let validator: InputValidator
  let input: Input

  /// The list that the webhook gets.
  func elements(_ variables: VariableValues, in schema: GraphQLCore.Schema) -> [JSONValue] {
    switch input {
    case .elements(let source):
      let value = source.value(variables).json(in: schema)
      return value.array ?? (value.isNull ? [] : [value])
    case .arguments(let arguments):
      return [
        .object(
          JSONObject(
            arguments.map { argument in
              let value = argument.source.value(variables).json(in: schema)
              return JSONObject.Member(key: argument.name, value: value)
            }
          )
        )
      ]
    case .given(let elements): return elements
    }
  }
}
