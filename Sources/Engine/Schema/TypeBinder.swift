import Catalog
import SQLCompiler

/// Says what a PostgreSQL type is to GraphQL, to SQL and to JSON.
struct TypeBinder {
  let catalog: Catalog
  let options: SchemaOptions

  /// The type that a domain is made of, and any other type itself.
  func resolved(_ id: PostgresTypeID) -> PostgresType {
    var type = catalog[id]
    // A domain over a domain over …: each step is a type of the catalog, so the walk ends.
    for _ in catalog.types.indices {
      guard type.kind == .domain, let base = type.base else { break }
      type = catalog[base]
    }
    return type
  }

  // MARK: - GraphQL

  /// Nil where the type's name is no GraphQL name.
  func columnType(_ type: PostgresType) -> ColumnType? {
    guard type.kind == .array, let element = type.element else { return scalarType(type) }
    guard var result = scalarType(resolved(element)), !result.isArray else { return nil }
    result.isArray = true
    return result
  }

  private func scalarType(_ type: PostgresType) -> ColumnType? {
    if type.schema == "pg_catalog", let known = Self.builtInScalar(type.name) { return known }
    // The type of a table's rows has the table's name, which its object type has in GraphQL.
    let isRowType = catalog.table(TableName(schema: type.schema, name: type.name)) != nil
    let name = isRowType ? type.name + "_scalar" : type.name
    guard name.isGraphQLName, !Self.isBuiltInGraphQLScalar(name) else { return nil }
    return ColumnType(scalar: name, family: Self.family(of: type))
  }

  private static func builtInScalar(_ name: String) -> ColumnType? {
    switch name {
    case "int4": ColumnType(scalar: "Int", family: .number)
    case "float4": ColumnType(scalar: "Float", family: .number)
    case "float8": ColumnType(scalar: name, family: .float8)
    case "int2": ColumnType(scalar: "smallint", family: .number)
    case "int8": ColumnType(scalar: "bigint", family: .number)
    case "numeric", "money": ColumnType(scalar: name, family: .number)
    case "text", "varchar": ColumnType(scalar: "String", family: .text)
    case "bpchar", "char": ColumnType(scalar: "bpchar", family: .text)
    case "bool": ColumnType(scalar: "Boolean", family: .boolean)
    case "json": ColumnType(scalar: name, family: .json)
    case "jsonb": ColumnType(scalar: name, family: .jsonb)
    case "date", "timestamp", "timestamptz", "timetz", "uuid":
      ColumnType(scalar: name, family: .ordered)
    default: nil
    }
  }

  private static func isBuiltInGraphQLScalar(_ name: String) -> Bool {
    switch name {
    case "Int", "Float", "String", "Boolean", "ID": true
    default: false
    }
  }

  /// The family of a type that is not built in.
  private static func family(of type: PostgresType) -> ColumnType.Family {
    switch (type.kind, type.name) {
    case (.enum, _), (.base, "lquery"), (.base, "ltxtquery"): .ordered
    case (.base, "ltree"): .ltree
    case (.base, "geometry"): .geometry
    case (.base, "geography"): .geography
    case (.base, "raster"): .raster
    case (.base, "citext"): .text
    default: .other
    }
  }

  // MARK: - SQL and JSON

  func boundType(_ type: PostgresType) -> BoundType {
    BoundType(
      oid: type.oid,
      name: type.name,
      sqlName: type.sqlName,
      encoding: encoding(of: type),
      elementSQLName: type.kind == .array ? type.element.map { catalog[$0].sqlName } : nil,
      qualifier: type.schema == "pg_catalog" ? "" : type.schema.quotedSQLIdentifier + "."
    )
  }

  private func encoding(of type: PostgresType) -> ValueEncoding {
    switch type.kind {
    case .base: baseEncoding(of: type)
    case .enum, .range, .multirange: .string
    case .array, .composite, .domain, .pseudo: .viaToJSON
    }
  }

  private func baseEncoding(of type: PostgresType) -> ValueEncoding {
    if type.schema != "pg_catalog" {
      switch type.name {
      case "citext", "ltree", "lquery", "ltxtquery": return .string
      case "geometry", "geography": return .viaGeoJSON
      default: return .viaToJSON
      }
    }
    switch type.name {
    case "int2", "int4": return .number
    case "int8": return options.stringifiesNumericTypes ? .plainString : .number
    case "float4": return .numberOrSpecial
    case "float8", "numeric":
      return options.stringifiesNumericTypes ? .plainString : .numberOrSpecial
    case "bool": return .boolean
    case "json", "jsonb": return .json
    case "timestamp": return .timestamp
    case "timestamptz": return .timestampWithTimeZone
    case "uuid", "date", "time", "timetz", "interval", "inet", "cidr", "macaddr", "macaddr8", "oid":
      return .plainString
    default: return .string
    }
  }

  /// What sum, avg and their like of a column become: the rule looks at the column's type.
  func numericAggregateEncoding(of type: PostgresType) -> ValueEncoding {
    guard type.kind == .base, type.schema == "pg_catalog" else { return .viaToJSON }
    switch type.name {
    case "money": return .string
    case "int8", "float8", "numeric":
      return options.stringifiesNumericTypes ? .plainString : .numberOrSpecial
    default: return .numberOrSpecial
    }
  }
}
