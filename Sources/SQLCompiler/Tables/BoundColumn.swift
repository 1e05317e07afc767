/// A column of a tracked table as a role's schema and the SQL compiler see it.
package struct BoundColumn: Hashable, Sendable {
  package var name: String
  /// The quoted name.
  package var sqlName: String
  /// The field's name; nil where the column has no field.
  ///
  /// So it is where its name is no GraphQL name, or the role may not read it. Relationships may
  /// still run over it.
  package var graphQLName: String?
  package var type: BoundType
  package var isNullable: Bool
  /// What the values of sum, avg and their like become; ``BoundType/encoding`` holds for the column.
  package var numericAggregateEncoding: ValueEncoding
  /// The SQL of the column's default; nil for NULL.
  package var defaultExpression: String?

  package init(
    name: String,
    graphQLName: String?,
    type: BoundType,
    isNullable: Bool,
    numericAggregateEncoding: ValueEncoding = .numberOrSpecial,
    defaultExpression: String? = nil
  ) {
    self.name = name
    self.sqlName = name.quotedSQLIdentifier
    self.graphQLName = graphQLName
    self.type = type
    self.isNullable = isNullable
    self.numericAggregateEncoding = numericAggregateEncoding
    self.defaultExpression = defaultExpression
  }

  /// What the value of an aggregate over the column becomes.
  package func encoding(of function: AggregateFunction) -> ValueEncoding {
    switch function {
    case .max, .min: type.encoding
    default: numericAggregateEncoding
    }
  }
}
