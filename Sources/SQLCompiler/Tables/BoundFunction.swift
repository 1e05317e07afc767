/// A function as a role's schema sees it: a root field, or the maker of a computed field.
package struct BoundFunction: Hashable, Sendable {
  /// What an argument of the function is given.
  package enum Role: Hashable, Sendable {
    /// A value of the request.
    case given
    /// The row of the table that has the computed field.
    case row
    /// The session's variables as a JSON object.
    case session
  }

  package struct Argument: Hashable, Sendable {
    /// Nil where the function does not name it.
    package var name: String?
    package var type: BoundType
    package var hasDefault: Bool
    package var role: Role

    package init(name: String?, type: BoundType, hasDefault: Bool, role: Role) {
      self.name = name
      self.type = type
      self.hasDefault = hasDefault
      self.role = role
    }
  }

  /// Quoted and qualified.
  package var sqlName: String
  package var arguments: [Argument]
  /// The index of the table whose rows it returns; nil where it returns one value.
  package var table: Int?
  package var returnsSet: Bool
  /// Whether it may change something.
  package var isVolatile: Bool
  /// Of a native query: its SQL, which takes the place of a call.
  package var code: [FunctionCall.CodePart]?

  package init(
    sqlName: String,
    arguments: [Argument],
    table: Int?,
    returnsSet: Bool,
    isVolatile: Bool = false
  ) {
    self.sqlName = sqlName
    self.arguments = arguments
    self.table = table
    self.returnsSet = returnsSet
    self.isVolatile = isVolatile
  }

  /// A call of a native query that gives it nothing: what it could be given is null.
  var callWithoutArguments: FunctionCall {
    var call = FunctionCall(
      sqlName: sqlName,
      arguments: arguments.map { FunctionCall.Argument(.null($0.type)) },
      returnsSet: returnsSet,
      isVolatile: isVolatile
    )
    call.code = code
    return call
  }

  /// Whether a request has something to give.
  package var takesArguments: Bool { arguments.contains { $0.role == .given } }
}

/// A field that a function makes of a row: one value, or rows of a table.
package struct BoundComputedField: Hashable, Sendable {
  package var name: String
  package var function: BoundFunction
  /// The type of the value; of no use where there are rows.
  package var type: BoundType
  /// What the values of sum, avg and their like become.
  package var numericAggregateEncoding: ValueEncoding

  package init(
    name: String,
    function: BoundFunction,
    type: BoundType,
    numericAggregateEncoding: ValueEncoding = .numberOrSpecial
  ) {
    self.name = name
    self.function = function
    self.type = type
    self.numericAggregateEncoding = numericAggregateEncoding
  }

  /// What the value of an aggregate over the field becomes.
  package func encoding(of function: AggregateFunction) -> ValueEncoding {
    switch function {
    case .max, .min: type.encoding
    default: numericAggregateEncoding
    }
  }
}
