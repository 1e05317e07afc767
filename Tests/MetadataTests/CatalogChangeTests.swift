import Catalog
import JSON
import Metadata
import TestSupport
import Testing

/// What SQL does to a database, and what becomes of the document by it.
@Suite struct CatalogChangeTests {
  private let database: TestDatabase
  private var editor: MetadataEditor

  init() throws {
    let cluster = try TestCluster.shared()
    let template = try cluster.makeTemplate(
      "library",
      """
      CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, age int);
      CREATE TABLE article (id int PRIMARY KEY, author_id int REFERENCES author, title text);
      CREATE FUNCTION titles() RETURNS SETOF article LANGUAGE sql STABLE
        AS 'SELECT * FROM article';
      """
    )
    database = try cluster.makeDatabase(template: template)
    let catalog = try Self.read(database)
    editor = MetadataEditor(
      try Metadata(decoding: JSONValue(parsing: Self.document)),
      in: DatabaseContext(catalogs: ["default": catalog])
    )
  }

  private static let document = """
    {"version":3,"sources":[{"name":"default","kind":"postgres","configuration":{},"tables":[
    {"table":"author","configuration":{"column_config":{"age":{"custom_name":"years"}}},
    "array_relationships":[{"name":"articles","using":{"foreign_key_constraint_on":
    {"table":"article","column":"author_id"}}}]},
    {"table":"article","object_relationships":[
    {"name":"author","using":{"foreign_key_constraint_on":"author_id"}}],
    "select_permissions":[{"role":"user","permission":{"columns":["id","author_id"],
    "filter":{"author":{"name":{"_eq":"X-Hasura-Name"}}}}}]}],
    "functions":[{"function":"titles"}]}]}
    """

  private static func read(_ database: TestDatabase) throws -> Catalog {
    try database.catalog()
  }

  /// Runs SQL and follows it; the message of the error where it cannot be followed.
  private mutating func run(_ sql: String, cascades: Bool = false) throws -> String? {
    try database.execute(sql)
    let catalog = try Self.read(database)
    do throws(MetadataError) {
      try editor.follow("default", to: catalog, cascades: cascades)
      return nil
    } catch {
      return "\(error.status) \(error.code.rawValue) \(error.message)"
    }
  }

  private func table(_ name: String) -> TrackedTable? {
    editor.metadata.sources[0].table(TableName(name: name))
  }

  @Test func startsConsistent() {
    #expect(editor.consistency.inconsistencies == [])
  }

  @Test mutating func followsRenamedColumns() throws {
    let sql = """
      ALTER TABLE article RENAME author_id TO writer_id;
      ALTER TABLE author RENAME name TO full_name;
      ALTER TABLE author RENAME age TO years_old;
      """
    #expect(try run(sql) == nil)
    let article = try #require(table("article"))
    #expect(article.objectRelationships[0].using == .foreignKey(columns: ["writer_id"]))
    let permission = article.selectPermissions[0].definition
    #expect(permission.columns == .some(["id", "writer_id"]))
    #expect(permission.filter == ["author": ["full_name": ["_eq": "X-Hasura-Name"]]])
    let author = try #require(table("author"))
    #expect(
      author.arrayRelationships[0].using
        == .foreignKeyOn(table: TableName(name: "article"), columns: ["writer_id"])
    )
    #expect(
      author.configuration.columns
        == [ColumnConfiguration(column: "years_old", customName: "years")]
    )
    #expect(editor.isChanged)
    #expect(editor.consistency.isConsistent)
  }

  @Test mutating func keepsRelationshipsOfAForeignKeyThatIsAddedAgain() throws {
    let sql = """
      ALTER TABLE article DROP CONSTRAINT article_author_id_fkey,
        ADD CONSTRAINT article_author_id_fkey FOREIGN KEY (author_id) REFERENCES author(id)
          ON DELETE CASCADE;
      """
    #expect(try run(sql) == nil)
    #expect(table("article")?.objectRelationships.map(\.name) == ["author"])
    #expect(table("author")?.arrayRelationships.count == 1)
    #expect(!editor.isChanged)
    #expect(editor.consistency.isConsistent)
  }

  @Test mutating func followsRenamedAndMovedTables() throws {
    let sql = """
      CREATE SCHEMA press;
      ALTER TABLE article RENAME TO post;
      ALTER TABLE post SET SCHEMA press;
      """
    #expect(try run(sql) == nil)
    let post = TableName(schema: "press", name: "post")
    #expect(editor.metadata.sources[0].table(post)?.objectRelationships.map(\.name) == ["author"])
    #expect(
      table("author")?.arrayRelationships.map(\.using)
        == [.foreignKeyOn(table: post, columns: ["author_id"])]
    )
    #expect(editor.consistency.isConsistent)
  }

  private static let start =
    "400 dependency-error cannot drop due to the following dependent objects: "

  @Test(
    arguments: [
      (
        "ALTER TABLE author DROP COLUMN name",
        start + "permission article.user.select in source \"default\""
      ),
      (
        "ALTER TABLE article DROP COLUMN author_id",
        start + "permission article.user.select in source \"default\", relationship "
          + "article.author in source \"default\", relationship author.articles in source \"default\""
      ),
      (
        "ALTER TABLE article DROP CONSTRAINT article_author_id_fkey",
        start + "relationship article.author in source \"default\", "
          + "relationship author.articles in source \"default\""
      ),
      (
        "DROP TABLE article CASCADE",
        start + "relationship author.articles in source \"default\""
      ),
      (
        "ALTER TABLE author ALTER COLUMN name TYPE varchar",
        "400 dependency-error cannot change type of column \"name\" in table \"author\" because "
          + "of the following dependencies: permission article.user.select in source \"default\""
      ),
      (
        "ALTER TABLE author RENAME name TO articles",
        "400 already-exists cannot rename column \"name\" to \"articles\" in table \"author\" as "
          + "a relationship with the name already exists"
      ),
      (
        "ALTER FUNCTION titles VOLATILE",
        "400 not-supported type of function \"titles\" is altered to \"VOLATILE\" which is not "
          + "supported now"
      ),
      (
        "CREATE FUNCTION titles(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "400 not-supported the following tracked function(s) cannot be overloaded: \"titles\""
      ),
    ]
  )
  mutating func refuses(sql: String, with error: String) throws {
    let before = editor.metadata
    #expect(try run(sql) == error)
    #expect(editor.metadata == before)
    #expect(!editor.isChanged)
  }

  @Test mutating func takesDependentsAlongWhenTold() throws {
    #expect(try run("ALTER TABLE author DROP COLUMN name", cascades: true) == nil)
    #expect(table("article")?.selectPermissions == [])
    #expect(table("article")?.objectRelationships.map(\.name) == ["author"])
    #expect(try run("DROP TABLE author CASCADE", cascades: true) == nil)
    #expect(
      editor.metadata.sources[0].tables == [TrackedTable(TableName(name: "article"))]
    )
    #expect(editor.consistency.isConsistent)
  }

  @Test mutating func dropsWhatNothingNeeds() throws {
    #expect(try run("ALTER TABLE author DROP COLUMN age; DROP FUNCTION titles") == nil)
    #expect(table("author")?.configuration.columns == [])
    #expect(editor.metadata.sources[0].functions == [])
  }

  @Test mutating func leavesTheDocumentWhereNothingTrackedChanges() throws {
    #expect(try run("CREATE TABLE other (id int); ALTER TABLE article ADD extra text") == nil)
    #expect(!editor.isChanged)
    #expect(editor.context.catalogs["default"]?.table(schema: "public", name: "other") != nil)
  }

  /// What leads from a native query to a table is followed like what leads from a table.
  @Test mutating func followsWhatNativeQueriesLeadTo() throws {
    for request in [
      #"{"type":"pg_track_logical_model","args":{"name":"n","fields":[{"name":"a","type":"integer"}]}}"#,
      #"{"type":"pg_track_native_query","args":{"root_field_name":"q","code":"select 1 as a","#
        + #""returns":"n","array_relationships":[{"name":"articles","using":{"column_mapping":"#
        + #"{"a":"author_id"},"remote_table":"article"}}]}}"#,
    ] {
      let request = try MetadataRequest(parsing: JSONValue(parsing: request))
      _ = try editor.apply(request.command)
    }
    #expect(try run("alter table article rename author_id to writer") == nil)
    #expect(try run("alter table article rename to piece") == nil)
    let queries = editor.metadata.sources[0].others["native_queries"]?.array
    #expect(
      queries?.first?["array_relationships"]?.text
        == #"[{"name":"articles","using":{"column_mapping":{"a":"writer"},"insertion_order":null,"#
        + #""remote_table":{"name":"piece","schema":"public"}}}]"#
    )
    #expect(
      try run("alter table piece drop writer cascade")?.contains(
        "native query q in source \"default\""
      ) == true
    )
    #expect(try run("select 1", cascades: true) == nil)
    #expect(editor.metadata.sources[0].others["native_queries"] == nil)
  }
}

@Suite struct RunSQLArgumentsTests {
  private func read(_ json: String) throws -> RunSQLArguments {
    try RunSQLArguments(decoding: JSONCursor(JSONValue(parsing: json)))
  }

  @Test(
    arguments: [
      (#"{"sql":"SELECT 1"}"#, false),
      (#"{"sql":"alter TABLE t ADD c int"}"#, true),
      (#"{"sql":"ALTER TABLE t ADD c int","read_only":true}"#, false),
      (#"{"sql":"ALTER TABLE t ADD c int","check_metadata_consistency":false}"#, false),
      (#"{"sql":"SELECT 1","check_metadata_consistency":true}"#, true),
      (#"{"sql":"CREATE OR REPLACE VIEW v AS SELECT 1"}"#, true),
      (#"{"sql":"create function f() returns int"}"#, true),
      (#"{"sql":"create  function f() returns int"}"#, false),
      (#"{"sql":"Comment On TABLE t IS 'x'"}"#, true),
      (#"{"sql":"SELECT dropped, alter_, _drop FROM t"}"#, false),
      (#"{"sql":"SELECT 1;DROP"}"#, true),
      (#"{"sql":""}"#, false),
    ]
  )
  func looksAtTheMetadata(arguments: String, expected: Bool) throws {
    #expect(try read(arguments).needsMetadataCheck == expected)
  }

  @Test func readsEveryMember() throws {
    let arguments = try read(
      #"{"sql":"s","source":"o","cascade":true,"read_only":true,"no_transaction":true}"#
    )
    #expect(arguments.sql == "s")
    #expect(arguments.source == "o")
    #expect(arguments.cascades)
    #expect(arguments.checksMetadata == nil)
    #expect(arguments.isReadOnly)
    #expect(arguments.hasNoTransaction)
  }
}
