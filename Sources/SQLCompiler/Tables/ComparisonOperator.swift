/// The operators of comparison expressions; the raw value is the GraphQL name.
package enum ComparisonOperator: String, CaseIterable, Hashable, Sendable {
  case equal = "_eq"
  case notEqual = "_neq"
  case greater = "_gt"
  case greaterOrEqual = "_gte"
  case less = "_lt"
  case lessOrEqual = "_lte"
  case isIn = "_in"
  case notIn = "_nin"
  case isNull = "_is_null"

  case like = "_like"
  case notLike = "_nlike"
  case caseInsensitiveLike = "_ilike"
  case notCaseInsensitiveLike = "_nilike"
  case similar = "_similar"
  case notSimilar = "_nsimilar"
  case regex = "_regex"
  case notRegex = "_nregex"
  case caseInsensitiveRegex = "_iregex"
  case notCaseInsensitiveRegex = "_niregex"

  /// `@>` on arrays and jsonb.
  case contains = "_contains"
  /// `<@` on arrays and jsonb.
  case containedIn = "_contained_in"
  /// `?` on jsonb; its value is text.
  case hasKey = "_has_key"
  /// `?|` on jsonb; its value is an array of text.
  case hasAnyKey = "_has_keys_any"
  /// `?&` on jsonb; its value is an array of text.
  case hasAllKeys = "_has_keys_all"

  /// `@?` on jsonb; its value is a path.
  case jsonbPathExists = "_jsonb_path_exists"
  /// `@@` on jsonb; its value is a path.
  case jsonbPathMatch = "_jsonb_path_match"

  // Of ltree.
  case ancestor = "_ancestor"
  case ancestorAny = "_ancestor_any"
  case descendant = "_descendant"
  case descendantAny = "_descendant_any"
  /// Its value is an lquery.
  case matches = "_matches"
  /// Its value is an array of lqueries.
  case matchesAny = "_matches_any"
  /// Its value is an ltxtquery.
  case matchesFulltext = "_matches_fulltext"

  // Of geometry, and two of them of geography.
  case stContains = "_st_contains"
  case stCrosses = "_st_crosses"
  case stEquals = "_st_equals"
  case stIntersects = "_st_intersects"
  case st3DIntersects = "_st_3d_intersects"
  case stOverlaps = "_st_overlaps"
  case stTouches = "_st_touches"
  case stWithin = "_st_within"
  case stDWithin = "_st_d_within"
  case st3DDWithin = "_st_3d_d_within"

  // Of raster.
  case stIntersectsRaster = "_st_intersects_rast"
  case stIntersectsBandAndGeometry = "_st_intersects_nband_geom"
  case stIntersectsGeometryAndBand = "_st_intersects_geom_nband"

  /// The operators that every type has.
  package static let common: [ComparisonOperator] = [
    .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .isIn, .notIn, .isNull,
  ]
  /// The operators that text, varchar, bpchar and citext have besides.
  package static let text: [ComparisonOperator] = [
    .like, .notLike, .caseInsensitiveLike, .notCaseInsensitiveLike, .similar, .notSimilar, .regex,
    .notRegex, .caseInsensitiveRegex, .notCaseInsensitiveRegex,
  ]
  /// The operators that arrays have besides.
  package static let array: [ComparisonOperator] = [.contains, .containedIn]
  /// The operators that jsonb has besides.
  package static let jsonb: [ComparisonOperator] = [
    .contains, .containedIn, .hasKey, .hasAnyKey, .hasAllKeys, .jsonbPathExists, .jsonbPathMatch,
  ]
  /// The operators that ltree has besides.
  package static let ltree: [ComparisonOperator] = [
    .ancestor, .ancestorAny, .descendant, .descendantAny, .matches, .matchesAny, .matchesFulltext,
  ]
  /// The operators that geometry has besides.
  package static let geometry: [ComparisonOperator] = [
    .stContains, .stCrosses, .stEquals, .stIntersects, .st3DIntersects, .stOverlaps, .stTouches,
    .stWithin, .stDWithin, .st3DDWithin,
  ]
  /// The operators that geography has besides.
  package static let geography: [ComparisonOperator] = [.stIntersects, .stDWithin]
  /// The operators that raster has, which has no order.
  package static let raster: [ComparisonOperator] = [
    .equal, .notEqual, .isIn, .notIn, .isNull, .stIntersectsRaster, .stIntersectsBandAndGeometry,
    .stIntersectsGeometryAndBand,
  ]

  /// The members of the operator's value, in the order of the operands, where it is an object.
  package func operandNames(of type: BoundType) -> [String]? {
    switch self {
    case .stDWithin where type.name == "geography": ["distance", "from", "use_spheroid"]
    case .stDWithin, .st3DDWithin: ["distance", "from"]
    case .stIntersectsBandAndGeometry, .stIntersectsGeometryAndBand: ["nband", "geommin"]
    default: nil
    }
  }

  /// The type of an operand, by its index; nil for the type of what is compared.
  package func operandType(_ index: Int, of type: BoundType) -> BoundType? {
    switch (self, index) {
    case (.stDWithin, 0), (.st3DDWithin, 0):
      BoundType(oid: 701, name: "float8", sqlName: "double precision", encoding: .numberOrSpecial)
    case (.stDWithin, 2):
      BoundType(oid: 16, name: "bool", sqlName: "boolean", encoding: .boolean)
    case (.stIntersectsBandAndGeometry, 0), (.stIntersectsGeometryAndBand, 0):
      BoundType(oid: 23, name: "int4", sqlName: "integer", encoding: .number)
    case (.stIntersectsBandAndGeometry, 1), (.stIntersectsGeometryAndBand, 1):
      type.sibling("geometry", encoding: .viaGeoJSON)
    case (.matches, _): type.sibling("lquery", encoding: .string)
    case (.matchesAny, _): type.sibling("lquery", encoding: .string)
    case (.matchesFulltext, _): type.sibling("ltxtquery", encoding: .string)
    case (.jsonbPathExists, _), (.jsonbPathMatch, _):
      BoundType(oid: 4072, name: "jsonpath", sqlName: "jsonpath", encoding: .string)
    case (.hasKey, _), (.hasAnyKey, _), (.hasAllKeys, _):
      BoundType(oid: 25, name: "text", sqlName: "text", encoding: .string)
    default: nil
    }
  }

  /// Whether its value is a list.
  package var takesList: Bool {
    switch self {
    case .isIn, .notIn, .hasAnyKey, .hasAllKeys, .ancestorAny, .descendantAny, .matchesAny: true
    default: false
    }
  }
}
