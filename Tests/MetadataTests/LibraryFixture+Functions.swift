import Catalog
import Metadata

extension LibraryFixture {
  /// The library with functions of every kind that commands have to tell apart.
  static func withFunctions(tracked: [TrackedTable] = [author, article]) -> LibraryFixture {
    LibraryFixture(tracked: tracked) { catalog in
      catalog = Catalog(
        tables: catalog.tables,
        types: catalog.types + [
          PostgresType(oid: 114, name: "json", category: UInt8(ascii: "U"), sqlName: "json"),
          composite(101, "author", relation: 1),
          composite(102, "article", relation: 2),
          composite(103, "colors", schema: "hge", relation: 3),
          PostgresType(
            oid: 2249,
            name: "record",
            kind: .pseudo,
            category: UInt8(ascii: "P"),
            sqlName: "record"
          ),
        ],
        functions: catalog.functions + functions
      )
    }
  }

  private static let int4 = PostgresTypeID(index: 0)
  private static let text = PostgresTypeID(index: 1)
  private static let json = PostgresTypeID(index: 2)
  private static let authorRow = PostgresTypeID(index: 3)
  private static let articleRow = PostgresTypeID(index: 4)
  private static let colorRow = PostgresTypeID(index: 5)
  private static let record = PostgresTypeID(index: 6)

  private static func composite(
    _ oid: UInt32,
    _ name: String,
    schema: String = "public",
    relation: UInt32
  ) -> PostgresType {
    PostgresType(
      oid: oid,
      schema: schema,
      name: name,
      kind: .composite,
      category: UInt8(ascii: "C"),
      relation: relation,
      sqlName: "\(schema).\(name)"
    )
  }

  private static func argument(_ name: String, _ type: PostgresTypeID) -> Function.Argument {
    Function.Argument(name: name, type: type)
  }

  private static let functions = [
    Function(
      oid: 201,
      name: FunctionName(name: "search_articles"),
      volatility: .stable,
      arguments: [argument("search", text), argument("session", json)],
      returnType: articleRow,
      returnsSet: true
    ),
    Function(
      oid: 202,
      name: FunctionName(name: "author_articles"),
      volatility: .stable,
      arguments: [argument("search", text), argument("author_row", authorRow)],
      returnType: articleRow,
      returnsSet: true
    ),
    Function(
      oid: 203,
      name: FunctionName(name: "full_name"),
      volatility: .stable,
      arguments: [argument("", authorRow)],
      returnType: text
    ),
    Function(
      oid: 204,
      name: FunctionName(name: "add_author"),
      arguments: [argument("name", text)],
      returnType: authorRow
    ),
    Function(
      oid: 205,
      name: FunctionName(name: "several"),
      volatility: .stable,
      arguments: [argument("values", text)],
      returnType: text,
      isVariadic: true
    ),
    Function(oid: 206, name: FunctionName(name: "twice"), returnType: articleRow),
    Function(
      oid: 207,
      name: FunctionName(name: "twice"),
      arguments: [argument("n", int4)],
      returnType: articleRow
    ),
    Function(
      oid: 208,
      name: FunctionName(name: "odd-name"),
      volatility: .stable,
      arguments: [argument("a-b", int4)],
      returnType: articleRow
    ),
    Function(
      oid: 209,
      name: FunctionName(schema: "hge", name: "shades"),
      volatility: .stable,
      returnType: colorRow,
      returnsSet: true
    ),
    Function(
      oid: 210,
      name: FunctionName(name: "hello"),
      volatility: .stable,
      returnType: record
    ),
    Function(
      oid: 211,
      name: FunctionName(name: "names"),
      volatility: .stable,
      arguments: [argument("a", authorRow)],
      returnType: text,
      returnsSet: true
    ),
    Function(
      oid: 212,
      name: FunctionName(name: "author_colors"),
      volatility: .stable,
      arguments: [argument("a", authorRow)],
      returnType: colorRow,
      returnsSet: true
    ),
  ]
}
