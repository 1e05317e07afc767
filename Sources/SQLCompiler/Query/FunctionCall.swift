/// A call of a function with the values that a request gives.
package struct FunctionCall: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    /// The row that the call is about: a computed field's function gets it.
    case row
    /// A value of the request as a parameter of the type.
    case slot(ParameterSlot, BoundType)
    case null(BoundType)
  }

  package struct Argument: Hashable, Sendable {
    /// Nil where the value is given by its place.
    ///
    /// Once one has a name, so have all that follow.
    package var name: String?
    package var value: Value

    package init(name: String? = nil, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A piece of the SQL of a native query.
  package enum CodePart: Hashable, Sendable {
    case text(String)
    /// An argument, by its index.
    case argument(Int)
  }

  /// Quoted and qualified.
  package var sqlName: String
  package var arguments: [Argument]
  /// What stands in the place of the call: a query with the arguments in it.
  package var code: [CodePart]?
  /// Whether it returns any number of rows, where the others return one or none.
  package var returnsSet: Bool
  /// Whether it may change something.
  package var isVolatile: Bool

  package init(
    sqlName: String,
    arguments: [Argument],
    returnsSet: Bool = true,
    isVolatile: Bool = false
  ) {
    self.sqlName = sqlName
    self.arguments = arguments
    self.returnsSet = returnsSet
    self.isVolatile = isVolatile
  }
}

/// The value of a computed field.
package struct ComputedValue: Hashable, Sendable {
  /// The index of the field in its table.
  package var field: Int
  package var call: FunctionCall

  package init(field: Int, call: FunctionCall) {
    self.field = field
    self.call = call
  }
}
