import GraphQLCore
import JSON
import Metadata
import SQLCompiler

/// An action as an operation selects it.
struct ActionRequest: Sendable {
  /// What is asked of the action.
  enum Purpose: Sendable {
    /// To call it; of an asynchronous one that is to note the call.
    case call
    /// To tell what came of a noted call.
    case log(id: ParameterRecipe.Source, [LogItem])
  }

  struct LogItem: Sendable {
    var key: String
    /// Nil for `__typename`.
    var field: ActionLogField?
  }

  let action: Action
  /// Its name in the answer.
  let key: String
  var purpose = Purpose.call
  let arguments: [(name: String, source: ParameterRecipe.Source)]
  /// What is selected of the output; nil where it is no object.
  let selection: [ActionSelection]?
  /// The queries of the relationships that are selected, whose keys are open.
  let relationships: [(CustomTypes.Relationship, TableQuery)]
  let path: String

  /// The arguments as this request gives them.
  func values(_ variables: VariableValues, in schema: GraphQLCore.Schema) -> JSONObject {
    var values = JSONObject()
    for argument in arguments {
      values.append(argument.name, argument.source.value(variables).json(in: schema))
    }
    return values
  }
}

/// What is selected of an object that a webhook answers with.
struct ActionSelection: Sendable {
  indirect enum Content: Sendable {
    case typename(String)
    /// A member; what is selected of it, where it is an object; in a list, of each.
    case field(String, [ActionSelection]?)
    /// By the index in ``ActionRequest/relationships``.
    case relationship(Int)
  }

  let key: String
  let content: Content
}
