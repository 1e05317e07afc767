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
      write(expression + " " + comparison.sql(on: type) + (isIn ? " any(" : " all("))
      if type.isArray {
        // PostgreSQL has no arrays of arrays: their texts travel in an array of text.
        let element = makeAlias()
        write("select \(element)::\(type.sqlName) from unnest(")
        parameter(slot, as: "text[]")
        write(") as \(element)")
      } else {
        parameter(slot, as: type.arrayCastName)
      }
      write(")")
    default:
      let operand = comparison.operandType(0, of: type) ?? type
      guard let function = comparison.function else {
        write(expression + " " + comparison.sql(on: type) + " ")
        return parameter(slot, as: comparison.takesList ? operand.arrayCastName : operand.castName)
      }
      write("\(type.qualifier)\(function)(\(expression), ")
      parameter(slot, as: operand.castName)
      write(")")
    }
  }
}

extension BoundType {
  /// The cast that a value of the request is read by.
  ///
  /// GeoJSON is read as a geometry, whatever it becomes.
  var castName: String {
    name == "geography" && isSpatial ? "\(qualifier)geometry::\(sqlName)" : sqlName
  }

  /// Whether its operators are those of an extension, which stand in the schema of the type: the
  /// search path need not lead there.
  var hasOwnOperators: Bool {
    guard !qualifier.isEmpty else { return false }
    switch name {
    case "geometry", "geography", "raster", "ltree": return true
    default: return false
    }
  }

  /// The same for a list of values.
  var arrayCastName: String {
    name == "geography" && isSpatial
      ? "\(qualifier)geometry[]::\(arraySQLName)" : arraySQLName
  }
}

extension ComparisonOperator {
  /// The operator as it is written before a value of a type.
  func sql(on type: BoundType) -> String {
    type.hasOwnOperators ? "operator(\(type.qualifier)\(sql))" : sql
  }

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
    case .ancestor, .ancestorAny: "@>"
    case .descendant, .descendantAny: "<@"
    case .matches: "~"
    case .matchesAny: "?"
    case .matchesFulltext: "@"
    case .jsonbPathExists: "@?"
    case .jsonbPathMatch: "@@"
    case .stContains, .stCrosses, .stEquals, .stIntersects,
      .st3DIntersects, .stOverlaps, .stTouches, .stWithin, .stDWithin, .st3DDWithin,
      .stIntersectsRaster, .stIntersectsBandAndGeometry, .stIntersectsGeometryAndBand:
      ""
    }
  }

  /// The function that the operator is a call of; nil where it stands between its operands.
  fileprivate var function: String? {
    switch self {
    case .stContains: "st_contains"
    case .stCrosses: "st_crosses"
    case .stEquals: "st_equals"
    case .stIntersects, .stIntersectsRaster, .stIntersectsBandAndGeometry,
      .stIntersectsGeometryAndBand:
      "st_intersects"
    case .st3DIntersects: "st_3dintersects"
    case .stOverlaps: "st_overlaps"
    case .stTouches: "st_touches"
    case .stWithin: "st_within"
    case .stDWithin: "st_dwithin"
    case .st3DDWithin: "st_3ddwithin"
    default: nil
    }
  }
}
