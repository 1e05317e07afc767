extension SQLWriter {
  /// Writes an expression compared with a slot's value.
  mutating func compare(
    _ expression: String,
    _ type: BoundType,
    _ comparison: ComparisonOperator,
    _ slot: ParameterSlot
  ) {
    switch comparison {
    case .isIn, .notIn:
      let isIn = comparison == .isIn
      write(expression + (isIn ? " = any(" : " <> all("))
      if type.isArray {
        // PostgreSQL has no arrays of arrays: their texts travel in an array of text.
        let element = makeAlias()
        write("select \(element)::\(type.sqlName) from unnest(")
        parameter(slot, as: "text[]")
        write(") as \(element)")
      } else {
        parameter(slot, as: type.arraySQLName)
      }
      write(")")
    case .hasKey:
      write(expression + " ? ")
      parameter(slot, as: "text")
    case .hasAnyKey, .hasAllKeys:
      write(expression + (comparison == .hasAnyKey ? " ?| " : " ?& "))
      parameter(slot, as: "text[]")
    default:
      write(expression + " " + comparison.sql + " ")
      parameter(slot, as: type.sqlName)
    }
  }
}

extension ComparisonOperator {
  /// The operator between an expression and a value of its type.
  var sql: String {
    switch self {
    case .equal, .isIn, .isNull: "="
    case .notEqual, .notIn: "<>"
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .less: "<"
    case .lessOrEqual: "<="
    case .like: "like"
    case .notLike: "not like"
    case .caseInsensitiveLike: "ilike"
    case .notCaseInsensitiveLike: "not ilike"
    case .similar: "similar to"
    case .notSimilar: "not similar to"
    case .regex: "~"
    case .notRegex: "!~"
    case .caseInsensitiveRegex: "~*"
    case .notCaseInsensitiveRegex: "!~*"
    case .contains: "@>"
    case .containedIn: "<@"
    case .hasKey: "?"
    case .hasAnyKey: "?|"
    case .hasAllKeys: "?&"
    }
  }
}
