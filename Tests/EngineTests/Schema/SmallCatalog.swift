import Catalog

/// Catalogs of a few tables, written down instead of read from a database.
struct SmallCatalog {
  private var types: [PostgresType] = []
  private var tables: [Table] = []

  /// A column as a test writes it: `"id int4!"`, `"tags _text"`.
  private mutating func column(_ text: Substring, at position: Int) -> Column {
    let words = text.split(separator: " ")
    let isNullable = !words[1].hasSuffix("!")
    let name = isNullable ? String(words[1]) : String(words[1].dropLast())
    return Column(
      name: String(words[0]),
      position: position,
      type: type(name),
      isNullable: isNullable,
      comment: words.count > 2 ? words[2...].joined(separator: " ") : nil
    )
  }

  /// The id of a type by the name that pg_type gives it.
  mutating func type(_ name: String) -> PostgresTypeID {
    if let index = types.firstIndex(where: { $0.name == name }) {
      return PostgresTypeID(index: index)
    }
    if name.hasPrefix("_") {
      let element = type(String(name.dropFirst()))
      return add(
        PostgresType(
          oid: 0,
          name: name,
          kind: .array,
          category: UInt8(ascii: "A"),
          element: element,
          sqlName: types[element.index].sqlName + "[]"
        )
      )
    }
    return add(
      PostgresType(oid: 0, name: name, category: UInt8(ascii: "U"), sqlName: Self.sqlName(name))
    )
  }

  @discardableResult
  mutating func add(_ type: PostgresType) -> PostgresTypeID {
    var type = type
    type.oid = UInt32(1000 + types.count)
    types.append(type)
    return PostgresTypeID(index: types.count - 1)
  }

  private static func sqlName(_ name: String) -> String {
    switch name {
    case "int2": "smallint"
    case "int4": "integer"
    case "int8": "bigint"
    case "float4": "real"
    case "float8": "double precision"
    case "bool": "boolean"
    case "timestamptz": "timestamp with time zone"
    default: name
    }
  }

  /// A table; the columns are separated by commas.
  mutating func table(
    _ name: String,
    schema: String = "public",
    _ columns: String,
    key: [String] = [],
    unique: [[String]] = [],
    partlyUnique: [[String]] = [],
    foreign: [(columns: [String], target: String, targetColumns: [String])] = [],
    comment: String? = nil
  ) {
    var list: [Column] = []
    for (index, text) in columns.split(separator: ",").enumerated() {
      list.append(column(text, at: index + 1))
    }
    tables.append(
      Table(
        oid: UInt32(tables.count + 1),
        name: TableName(schema: schema, name: name),
        columns: list,
        primaryKey: key.isEmpty ? nil : Key(name: "\(name)_pkey", columns: key),
        uniqueKeys: unique.map { Key(name: "\(name)_key", columns: $0) }
          + partlyUnique.map {
            Key(name: "\(name)_index", columns: $0, isConstraint: false, isTotal: false)
          },
        foreignKeys: foreign.map {
          ForeignKey(
            name: "\(name)_fkey",
            columns: $0.columns,
            target: TableName(name: $0.target),
            targetColumns: $0.targetColumns
          )
        },
        comment: comment
      )
    )
  }

  var catalog: Catalog { Catalog(tables: tables, types: types) }
}

extension SmallCatalog {
  /// Authors and their articles, the example that every text about such schemas has.
  static let library: SmallCatalog = {
    var catalog = SmallCatalog()
    catalog.table(
      "author",
      "id int4!,name text! The name on the cover,born date,rating float8,is_alive bool!",
      key: ["id"],
      comment: "Who wrote"
    )
    catalog.table(
      "article",
      "id int4!,title text!,author_id int4!,editor_id int4,tags _text!,words int8,meta jsonb",
      key: ["id"],
      foreign: [(["author_id"], "author", ["id"]), (["editor_id"], "author", ["id"])]
    )
    return catalog
  }()
}
