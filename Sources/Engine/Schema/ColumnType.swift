/// What the schema has to know of a column's type.
struct ColumnType: Hashable, Sendable {
  /// The families of scalars that get fields or operators of their own.
  enum Family: Hashable, Sendable {
    case number
    /// `float8`, over which alone aggregate predicates compute.
    case float8
    case text
    case boolean
    case json
    case jsonb
    /// Ordered, but neither text nor number: dates, uuids, enums of `CREATE TYPE`.
    case ordered
    case ltree
    case geometry
    case geography
    case raster
    /// Types of which Hasura assumes nothing.
    case other
  }

  /// The GraphQL name of the scalar, or of the elements of an array.
  var scalar: String
  var family: Family
  var isArray = false
  /// The index of the enum table that the column refers to; its values are those of the enum.
  var enumTable: Int?

  var isPlainScalar: Bool { !isArray && enumTable == nil }

  /// Whether sum, avg and their like are of use.
  var isNumeric: Bool { isPlainScalar && (family == .number || family == .float8) }

  /// Whether min and max are of use.
  var isComparable: Bool {
    if isArray { return true }
    guard enumTable == nil else { return false }
    switch family {
    case .number, .float8, .text, .ordered, .ltree: return true
    case .boolean, .json, .jsonb, .geometry, .geography, .raster, .other: return false
    }
  }

  /// Whether its values are dates or points in time, which can be cut down to units.
  var isDateOrTime: Bool {
    isPlainScalar && family == .ordered && ["date", "timestamp", "timestamptz"].contains(scalar)
  }

  var isFloat8: Bool { isPlainScalar && family == .float8 }
  var isBoolean: Bool { isPlainScalar && family == .boolean }
  var takesPath: Bool { isPlainScalar && (family == .json || family == .jsonb) }
}
