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
    where tables[relationship.target].isVisible {
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
          name: relationship.name + "_aggregate",
          type: try reference(to: .aggregateBoolExp, of: relationship.target)
        ),
        .boolRelationshipAggregate(index)
      )
    }
    define(
      inputObject: id,
      description: "Boolean expression to filter rows from the table "
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
    var operators = ComparisonOperator.common
    if type.isArray {
      operators += ComparisonOperator.array
    } else if type.family == .text {
      operators += ComparisonOperator.text
    } else if type.family == .jsonb {
      operators += ComparisonOperator.jsonb
    }
    var fields = comparisons(operators, of: value, isArray: type.isArray)
    if type.family == .jsonb, !type.isArray {
      let cast = try makeJSONBCast(for: table)
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
      description: Self.comparisonDescription(tables[table].bound.graphQLName + "_enum"),
      comparisons([.equal, .notEqual, .isIn, .notIn, .isNull], of: value, isArray: false).sorted
    )
  }

  private static func comparisonDescription(_ name: String) -> String {
    "Boolean expression to compare columns of type \(name.inQuotes). "
      + "All fields are combined with logical 'AND'."
  }

  /// `jsonb_cast_exp`: comparisons of the value's text.
  private mutating func makeJSONBCast(for table: Int) throws(NameConflict) -> TypeID {
    let text = try comparison(of: ColumnType(scalar: "String", family: .text), for: table)
    let id = try claimShared("jsonb_cast_exp", for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(InputValueDefinition(name: "String", type: TypeReference(text)), .castToText)
    define(inputObject: id, description: nil, fields)
    return id
  }

  private func comparisons(
    _ operators: [ComparisonOperator],
    of value: TypeReference,
    isArray: Bool
  ) -> Members<InputValueDefinition, InputBinding> {
    var fields = Members<InputValueDefinition, InputBinding>()
    for comparison in operators {
      fields.append(
        InputValueDefinition(
          name: comparison.rawValue,
          description: comparison.description(isArray: isArray),
          type: comparison.valueType(of: value)
        ),
        .comparison(comparison)
      )
    }
    return fields
  }
}

extension ComparisonOperator {
  /// What it compares a value of a type with.
  fileprivate func valueType(of type: TypeReference) -> TypeReference {
    switch self {
    case .isIn, .notIn: type.nonNull.list
    case .isNull: TypeReference(.boolean)
    case .hasKey: TypeReference(.string)
    case .hasAnyKey, .hasAllKeys: TypeReference(.string).nonNull.list
    default: type
    }
  }

  fileprivate func description(isArray: Bool) -> String? {
    switch self {
    case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .isIn, .notIn, .isNull:
      nil
    case .like: "does the column match the given pattern"
    case .notLike: "does the column NOT match the given pattern"
    case .caseInsensitiveLike: "does the column match the given case-insensitive pattern"
    case .notCaseInsensitiveLike: "does the column NOT match the given case-insensitive pattern"
    case .similar: "does the column match the given SQL regular expression"
    case .notSimilar: "does the column NOT match the given SQL regular expression"
    case .regex: "does the column match the given POSIX regular expression, case sensitive"
    case .notRegex: "does the column NOT match the given POSIX regular expression, case sensitive"
    case .caseInsensitiveRegex:
      "does the column match the given POSIX regular expression, case insensitive"
    case .notCaseInsensitiveRegex:
      "does the column NOT match the given POSIX regular expression, case insensitive"
    case .contains:
      isArray
        ? "does the array contain the given value"
        : "does the column contain the given json value at the top level"
    case .containedIn:
      isArray
        ? "is the array contained in the given array value"
        : "is the column contained in the given json value"
    case .hasKey: "does the string exist as a top-level key in the column"
    case .hasAnyKey: "do any of these strings exist as top-level keys in the column"
    case .hasAllKeys: "do all of these strings exist as top-level keys in the column"
    }
  }
}
