/// A function that could be tracked or used as a computed field.
package struct Function: Hashable, Sendable {
  package enum Volatility: Hashable, Sendable {
    case immutable
    case stable
    case volatile
  }

  package struct Argument: Hashable, Sendable {
    /// Empty where the function does not name it.
    package var name: String
    package var type: PostgresTypeID
    package var hasDefault: Bool

    package init(name: String, type: PostgresTypeID, hasDefault: Bool = false) {
      self.name = name
      self.type = type
      self.hasDefault = hasDefault
    }
  }

  package var oid: UInt32
  package var name: FunctionName
  package var volatility: Volatility
  /// The input arguments.
  package var arguments: [Argument]
  package var returnType: PostgresTypeID
  package var returnsSet: Bool
  package var isVariadic: Bool
  package var comment: String?

  package init(
    oid: UInt32,
    name: FunctionName,
    volatility: Volatility = .volatile,
    arguments: [Argument] = [],
    returnType: PostgresTypeID,
    returnsSet: Bool = false,
    isVariadic: Bool = false,
    comment: String? = nil
  ) {
    self.oid = oid
    self.name = name
    self.volatility = volatility
    self.arguments = arguments
    self.returnType = returnType
    self.returnsSet = returnsSet
    self.isVariadic = isVariadic
    self.comment = comment
  }
}
