/// The PostgreSQL type of a column or of a comparison, with all that SQL and JSON need to know of it.
///
/// Domains stand here as the type they are made of.
package struct BoundType: Hashable, Sendable {
  package var oid: UInt32
  /// As in `pg_type.typname`: `int4`, `timestamptz`, `_text`.
  package var name: String
  /// The type to cast a parameter to, quoted and qualified where needed: `timestamp with time zone`.
  package var sqlName: String
  package var encoding: ValueEncoding
  /// For arrays: the type of the elements, as ``sqlName``.
  package var elementSQLName: String?
  /// The quoted schema and a dot, where the type belongs to an extension or to the user.
  ///
  /// The functions of an extension stand in the schema of its types.
  package var qualifier: String

  package init(
    oid: UInt32,
    name: String,
    sqlName: String,
    encoding: ValueEncoding,
    elementSQLName: String? = nil,
    qualifier: String = ""
  ) {
    self.oid = oid
    self.name = name
    self.sqlName = sqlName
    self.encoding = encoding
    self.elementSQLName = elementSQLName
    self.qualifier = qualifier
  }

  package var isArray: Bool { elementSQLName != nil }

  /// json and jsonb, whose fields take a `path`.
  package var isJSON: Bool { encoding == .json }

  /// The type's array, for `= any($1::…)`; PostgreSQL has no arrays of arrays.
  package var arraySQLName: String { isArray ? sqlName : sqlName + "[]" }

  /// Another type of the same extension.
  package func sibling(_ name: String, encoding: ValueEncoding) -> BoundType {
    BoundType(
      oid: 0,
      name: name,
      sqlName: qualifier + name,
      encoding: encoding,
      qualifier: qualifier
    )
  }

  /// geometry and geography, whose values come as GeoJSON or as text.
  package var isSpatial: Bool { encoding == .viaGeoJSON }

  /// Whether its values can be put in order, as far as is known here.
  var hasPlainOrder: Bool {
    switch encoding {
    case .number, .numberOrSpecial, .boolean, .plainString, .timestamp, .timestampWithTimeZone:
      true
    case .string: ["text", "varchar", "bpchar", "name"].contains(name)
    case .json: name == "jsonb"
    case .viaToJSON, .viaGeoJSON, .upperString: false
    }
  }
}
