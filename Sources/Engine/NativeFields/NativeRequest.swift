import GraphQLCore
import JSON
import SQLCompiler

/// A ``NativeField`` as an operation selects it.
struct NativeRequest: Sendable {
  let field: NativeField
  /// Its name in the answer.
  let key: String
  let arguments: [(name: String, source: ParameterRecipe.Source)]
  let selection: [NativeSelection]
  /// What is read of the rows that the function names, by slots for their keys.
  let rows: TableQuery?
  let path: String
}

/// A root field that is answered without the statements of its operation's plan.
enum ExternalField: Sendable {
  /// One that the schema alone answers.
  case introspection(CollectedField)
  /// `rows` reads what the function names.
  case native(NativeRequest, rows: Plan?)
  /// One that a webhook answers; a plan for each of the relationships that are selected.
  case action(ActionRequest, relationships: [Plan])
}

extension NativeRequest {
  /// The arguments as this request gives them.
  func values(_ variables: VariableValues, in schema: GraphQLCore.Schema) -> JSONObject {
    var values = JSONObject()
    for argument in arguments {
      let value = argument.source.value(variables).json(in: schema)
      if !value.isNull { values.append(argument.name, value) }
    }
    return values
  }
}
