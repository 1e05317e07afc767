import GraphQLCore
import SQLCompiler

// The operators of comparison expressions with the types of their values.
extension SchemaAssembly {
  mutating func comparisons(
    _ operators: [ComparisonOperator],
    of value: TypeReference,
    _ type: ColumnType,
    for table: Int
  ) throws(NameConflict) -> Members<InputValueDefinition, InputBinding> {
    var fields = Members<InputValueDefinition, InputBinding>()
    for comparison in operators {
      fields.append(
        InputValueDefinition(
          name: comparison.rawValue,
          description: comparison.description(on: type),
          type: try operand(of: comparison, of: value, type, for: table),
          takesTexts: comparison != .isNull
        ),
        .comparison(comparison)
      )
    }
    return fields
  }

  /// What an operator compares a value of a type with.
  private mutating func operand(
    of comparison: ComparisonOperator,
    of value: TypeReference,
    _ type: ColumnType,
    for table: Int
  ) throws(NameConflict) -> TypeReference {
    switch comparison {
    case .isIn, .notIn, .ancestorAny, .descendantAny: return value.nonNull.list
    case .isNull: return TypeReference(.boolean)
    case .hasKey, .jsonbPathExists, .jsonbPathMatch: return TypeReference(.string)
    case .hasAnyKey, .hasAllKeys, .matchesAny: return TypeReference(.string).nonNull.list
    case .matches: return TypeReference(try scalar("lquery", for: table))
    case .matchesFulltext: return TypeReference(try scalar("ltxtquery", for: table))
    case .stDWithin where type.family == .geography:
      return try spatialInput(
        "st_d_within_geography_input",
        for: table,
        [
          ("distance", TypeReference(.float).nonNull, nil, 0), ("from", value.nonNull, nil, 1),
          ("use_spheroid", TypeReference(.boolean), .boolean(true), 2),
        ]
      )
    case .stDWithin, .st3DDWithin:
      return try spatialInput(
        "st_d_within_input",
        for: table,
        [("distance", TypeReference(.float).nonNull, nil, 0), ("from", value.nonNull, nil, 1)]
      )
    case .stIntersectsBandAndGeometry:
      let geometry = TypeReference(try scalar("geometry", for: table)).nonNull
      return try spatialInput(
        "st_intersects_nband_geom_input",
        for: table,
        [("geommin", geometry, nil, 1), ("nband", TypeReference(.int).nonNull, nil, 0)]
      )
    case .stIntersectsGeometryAndBand:
      let geometry = TypeReference(try scalar("geometry", for: table)).nonNull
      return try spatialInput(
        "st_intersects_geom_nband_input",
        for: table,
        [("geommin", geometry, nil, 1), ("nband", TypeReference(.int), nil, 0)]
      )
    default: return value
    }
  }

  /// An input of several operands, which tables share.
  private mutating func spatialInput(
    _ name: String,
    for table: Int,
    _ members: [(name: String, type: TypeReference, defaultValue: ConstValue?, operand: Int)]
  ) throws(NameConflict) -> TypeReference {
    let id = try comparison(name, for: table) { (assembly, id) throws(NameConflict) in
      var fields = Members<InputValueDefinition, InputBinding>()
      for member in members {
        fields.append(
          InputValueDefinition(
            name: member.name,
            type: member.type,
            defaultValue: member.defaultValue
          ),
          .operand(member.operand)
        )
      }
      assembly.define(inputObject: id, description: nil, fields)
    }
    return TypeReference(id)
  }

  /// `jsonb_cast_exp`, `geometry_cast_exp` or `geography_cast_exp`; nil for types without a cast.
  mutating func makeCast(of type: ColumnType, for table: Int) throws(NameConflict) -> TypeID? {
    let target: ColumnType
    switch type.family {
    case .jsonb: target = ColumnType(scalar: "String", family: .text)
    case .geometry: target = ColumnType(scalar: "geography", family: .geography)
    case .geography: target = ColumnType(scalar: "geometry", family: .geometry)
    default: return nil
    }
    // Known before it is complete: geometry and geography lead to each other.
    return try comparison("\(type.scalar)_cast_exp", for: table) {
      (assembly, id) throws(NameConflict) in
      var fields = Members<InputValueDefinition, InputBinding>()
      fields.append(
        InputValueDefinition(
          name: target.scalar,
          type: TypeReference(try assembly.comparison(of: target, for: table))
        ),
        type.family == .jsonb ? .castToText : .castToSpatial(target.scalar)
      )
      assembly.define(inputObject: id, description: nil, fields)
    }
  }
}

extension ColumnType {
  /// The operators that its comparison expression has.
  var operators: [ComparisonOperator] {
    if isArray { return ComparisonOperator.common + ComparisonOperator.array }
    switch family {
    case .text: return ComparisonOperator.common + ComparisonOperator.text
    case .jsonb: return ComparisonOperator.common + ComparisonOperator.jsonb
    case .ltree: return ComparisonOperator.common + ComparisonOperator.ltree
    case .geometry: return ComparisonOperator.common + ComparisonOperator.geometry
    case .geography: return ComparisonOperator.common + ComparisonOperator.geography
    case .raster: return ComparisonOperator.raster
    case .number, .float8, .boolean, .json, .ordered, .other: return ComparisonOperator.common
    }
  }
}

extension ComparisonOperator {
  fileprivate func description(on type: ColumnType) -> String? {
    switch self {
    case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .isIn, .notIn, .isNull,
      .stIntersectsRaster, .stIntersectsBandAndGeometry, .stIntersectsGeometryAndBand:
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
      type.isArray
        ? "does the array contain the given value"
        : "does the column contain the given json value at the top level"
    case .containedIn:
      type.isArray
        ? "is the array contained in the given array value"
        : "is the column contained in the given json value"
    case .hasKey: "does the string exist as a top-level key in the column"
    case .hasAnyKey: "do any of these strings exist as top-level keys in the column"
    case .hasAllKeys: "do all of these strings exist as top-level keys in the column"
    case .jsonbPathExists: "does the jsonpath return any item for the specified JSON value"
    case .jsonbPathMatch:
      "does the jsonpath predicate check return true for the specified JSON value"
    case .ancestor: "is the left argument an ancestor of right (or equal)?"
    case .ancestorAny: "does array contain an ancestor of `ltree`?"
    case .descendant: "is the left argument a descendant of right (or equal)?"
    case .descendantAny: "does array contain a descendant of `ltree`?"
    case .matches: "does `ltree` match `lquery`?"
    case .matchesAny: "does `ltree` match any `lquery` in array?"
    case .matchesFulltext: "does `ltree` match `ltxtquery`?"
    case .stContains: "does the column contain the given geometry value"
    case .stCrosses: "does the column cross the given geometry value"
    case .stEquals: "is the column equal to given geometry value (directionality is ignored)"
    case .stIntersects: "does the column spatially intersect the given \(type.scalar) value"
    case .st3DIntersects: "does the column spatially intersect the given geometry value in 3D"
    case .stOverlaps:
      "does the column 'spatially overlap' (intersect but not completely contain) the given "
        + "geometry value"
    case .stTouches:
      "does the column have atleast one point in common with the given geometry value"
    case .stWithin: "is the column contained in the given geometry value"
    case .stDWithin: "is the column within a given distance from the given \(type.scalar) value"
    case .st3DDWithin: "is the column within a given 3D distance from the given geometry value"
    }
  }
}
