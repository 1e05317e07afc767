package import Catalog

extension Catalog {
  /// The type that a logical model or an argument of a native query names: as PostgreSQL, SQL or GraphQL
  /// has it.
  package func type(namedInModels name: String) -> PostgresTypeID? {
    let other = Self.synonyms[name.lowercased()] ?? name.lowercased()
    if let id = type(named: other) { return id }
    let parts = name.split(separator: ".")
    return types.firstIndex { type in
      parts.count == 2
        ? type.schema == parts[0] && type.name == parts[1]
        : type.name == name || type.sqlName == name
    }.map { PostgresTypeID(index: $0) }
  }

  private static let synonyms = [
    "integer": "int4", "int": "int4", "smallint": "int2", "bigint": "int8", "serial": "int4",
    "bigserial": "int8", "real": "float4", "float": "float4", "double precision": "float8",
    "decimal": "numeric", "boolean": "bool", "string": "text", "character varying": "varchar",
    "character": "bpchar", "char": "bpchar", "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp", "time with time zone": "timetz",
    "time without time zone": "time",
  ]
}
