import Catalog
import JSON
import Metadata

/// Authors and their articles, as a database would describe them, and a way to send commands.
struct LibraryFixture {
  var editor: MetadataEditor

  init(tracked: [TrackedTable] = [], _ change: (inout Catalog) -> Void = { _ in }) {
    var catalog = Self.catalog
    change(&catalog)
    let metadata = Metadata(sources: [Source(tables: tracked)])
    editor = MetadataEditor(
      metadata,
      in: DatabaseContext(catalogs: ["default": catalog]),
      resourceVersion: 7
    )
  }

  /// Has it known what the database of one more source has, or why that cannot be reached.
  mutating func know(_ source: String, failure: String? = nil) {
    var context = editor.context
    if let failure {
      context.failures[source] = failure
    } else {
      context.catalogs[source] = Self.catalog
    }
    editor = MetadataEditor(editor.metadata, in: context, resourceVersion: 7)
  }

  /// Sends a request and returns the answer or, where it is refused, the error.
  mutating func send(
    _ request: String,
    dialect: MetadataRequest.Dialect = .metadata
  ) throws -> String {
    let value = try JSONValue(parsing: request)
    do throws(MetadataError) {
      let request = try MetadataRequest(parsing: value, dialect: dialect)
      return try editor.apply(request.command).text
    } catch {
      return "\(error.status) \(error.encoded().text)"
    }
  }

  /// The tables of the document, without what surrounds them.
  var tables: String {
    editor.metadata.encoded()["sources"]?.array?.first?["tables"]?.text ?? ""
  }

  static let author = TrackedTable(TableName(name: "author"))
  static let article = TrackedTable(TableName(name: "article"))

  /// Both, related both ways.
  static let related: [TrackedTable] = {
    var author = Self.author
    author.arrayRelationships = [
      Relationship(
        name: "articles",
        using: .foreignKeyOn(table: TableName(name: "article"), columns: ["author_id"])
      )
    ]
    var article = Self.article
    article.objectRelationships = [
      Relationship(name: "author", using: .foreignKey(columns: ["author_id"]))
    ]
    return [author, article]
  }()

  private static let int4 = PostgresTypeID(index: 0)
  private static let text = PostgresTypeID(index: 1)

  static let catalog = Catalog(
    tables: [
      Table(
        oid: 1,
        name: TableName(name: "author"),
        columns: [
          Column(name: "id", position: 1, type: int4, isNullable: false, hasDefault: true),
          Column(name: "name", position: 2, type: text, isNullable: false),
          Column(name: "age", position: 3, type: int4),
        ],
        primaryKey: Key(name: "author_pkey", columns: ["id"]),
        uniqueKeys: [Key(name: "author_name_key", columns: ["name"])]
      ),
      Table(
        oid: 2,
        name: TableName(name: "article"),
        columns: [
          Column(name: "id", position: 1, type: int4, isNullable: false, hasDefault: true),
          Column(name: "author_id", position: 2, type: int4),
          Column(name: "published_on", position: 3, type: int4),
        ],
        primaryKey: Key(name: "article_pkey", columns: ["id"]),
        foreignKeys: [
          ForeignKey(
            name: "article_author_id_fkey",
            columns: ["author_id"],
            target: TableName(name: "author"),
            targetColumns: ["id"]
          )
        ]
      ),
      Table(
        oid: 3,
        name: TableName(schema: "hge", name: "colors"),
        columns: [
          Column(name: "value", position: 1, type: text, isNullable: false),
          Column(name: "comment", position: 2, type: text),
        ],
        primaryKey: Key(name: "colors_pkey", columns: ["value"])
      ),
    ],
    types: [
      PostgresType(oid: 23, name: "int4", category: UInt8(ascii: "N"), sqlName: "integer"),
      PostgresType(oid: 25, name: "text", category: UInt8(ascii: "S"), sqlName: "text"),
    ],
    functions: [
      Function(oid: 9, name: FunctionName(name: "colors"), returnType: text)
    ]
  )
}
