import Catalog
import Metadata
import SQLCompiler

/// A tracked function that a role may call, with what the schema needs beyond ``BoundFunction``.
struct VisibleFunction: Equatable {
  /// An argument that a request gives.
  struct Argument: Equatable {
    /// The index of the argument in ``BoundFunction/arguments``.
    var index: Int
    var name: String
    var type: ColumnType
    var description: String?
    /// Whether it may be neither left out nor null.
    var isRequired = false
  }

  /// Whether it is a native query, and no function of the database.
  var isNativeQuery: Bool { bound.code != nil }

  var name: FunctionName
  var bound: BoundFunction
  /// The index of the table whose rows it returns.
  var table: Int
  var exposure: FunctionConfiguration.Exposure
  var arguments: [Argument]
  var fieldName: String
  var aggregateName: String
  /// The name of its field in the Relay schema.
  var connectionName = ""
  /// What is said of `args` and of its type; nil for what is said of functions.
  var argumentsComment: String?
  /// The name of the type of `args`.
  var argumentsName: String
  /// Nil for what Hasura says by itself.
  var comment: String?
}

/// A computed field that a role sees.
struct VisibleComputedField: Equatable {
  /// The index of the field in ``BoundTable/computedFields``.
  var index: Int
  var name: String
  var description: String?
  var arguments: [VisibleFunction.Argument]
  /// The type of its value; nil where it has rows.
  var type: ColumnType?
  /// The index of the table whose rows it has.
  var rows: Int?
}
