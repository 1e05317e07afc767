import GraphQLCore
import SQLCompiler

// `<t>_bool_exp` and the comparisons of scalars.
extension SchemaAssembly {
  mutating func defineBoolExp(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    let own = TypeReference(id)
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(InputValueDefinition(name: "_and", type: own.nonNull.list), .boolAnd)
    fields.append(InputValueDefinition(name: "_not", type: own), .boolNot)
    fields.append(InputValueDefinition(name: "_or", type: own.nonNull.list), .boolOr)
    for column in visible.columns {
      fields.append(
        InputValueDefinition(
          name: column.name,
          type: TypeReference(try comparison(of: column.type, for: table))
        ),
        .boolColumn(column.index)
      )
    }
    for (index, relationship) in visible.bound.relationships.enumerated()
    where tables[relationship.target].isVisible && visible.isFollowedByItself(relationship) {
      fields.append(
        InputValueDefinition(
          name: relationship.name,
          type: try reference(to: .boolExp, of: relationship.target)
        ),
        .boolRelationship(index)
      )
      guard relationship.isArray, tables[relationship.target].allowsAggregations else { continue }
      fields.append(
        InputValueDefinition(
          name: naming.field(relationship.nameParts("aggregate")),
          type: try reference(to: .aggregateBoolExp, of: relationship.target)
        ),
        .boolRelationshipAggregate(index)
      )
    }
    for field in visible.computedFields where field.arguments.isEmpty {
      if let type = field.type {
        fields.append(
          InputValueDefinition(
            name: field.name,
            type: TypeReference(try comparison(of: type, for: table))
          ),
          .boolComputedField(field.index)
        )
      } else if let rows = field.rows, tables[rows].isVisible {
        fields.append(
          InputValueDefinition(
            name: field.name,
            type: try reference(to: .boolExp, of: rows)
          ),
          .boolComputedField(field.index)
        )
      }
    }
    define(
      inputObject: id,
      description: "Boolean expression to filter rows from the "
        + (visible.isModel ? "logical model for " : "table ")
        + "\(visible.displayName.inQuotes). All fields are combined with a logical 'AND'.",
      fields.sorted
    )
  }

  /// The comparison type of a column.
  mutating func comparison(
    of type: ColumnType,
    for table: Int
  ) throws(NameConflict) -> TypeID {
    if let enumTable = type.enumTable { return try self.type(.enumComparison, of: enumTable) }
    let name = type.scalar + (type.isArray ? "_array_comparison_exp" : "_comparison_exp")
    return try comparison(name, for: table) { (assembly, id) throws(NameConflict) in
      try assembly.defineComparison(of: type, for: table, id)
    }
  }

  private mutating func defineComparison(
    of type: ColumnType,
    for table: Int,
    _ id: TypeID
  ) throws(NameConflict) {
    let value = try reference(to: type, for: table)
    var fields = try comparisons(type.operators, of: value, type, for: table)
    if !type.isArray, let cast = try makeCast(of: type, for: table) {
      fields.append(InputValueDefinition(name: "_cast", type: TypeReference(cast)), .cast)
    }
    define(
      inputObject: id,
      description: Self.comparisonDescription(type.scalar),
      fields.sorted
    )
  }

  /// `<t>_enum_comparison_exp`: enums have no order.
  mutating func defineEnumComparison(of table: Int, _ id: TypeID) throws(NameConflict) {
    let value = try reference(to: .enumeration, of: table)
    define(
      inputObject: id,
      description: Self.comparisonDescription(tables[table].typeName("enum")),
      try comparisons(
        [.equal, .notEqual, .isIn, .notIn, .isNull],
        of: value,
        ColumnType(scalar: "String", family: .other),
        for: table
      ).sorted
    )
  }

  private static func comparisonDescription(_ name: String) -> String {
    "Boolean expression to compare columns of type \(name.inQuotes). "
      + "All fields are combined with logical 'AND'."
  }
}
