import Catalog
import TestSupport
import Testing

/// The statement and its decoder, against a real server.
@Suite struct CatalogQueryTests {
  private let catalog: Catalog

  init() throws {
    let cluster = try TestCluster.shared()
    let template = try cluster.makeTemplate("catalog", Self.sql)
    catalog = try Self.read(cluster.makeDatabase(template: template))
  }

  private static func read(_ database: TestDatabase) throws -> Catalog {
    try database.catalog()
  }

  private static let sql = #"""
    CREATE SCHEMA "My ""Schema""";
    CREATE SCHEMA hdb_catalog;
    CREATE TABLE hdb_catalog.hidden (id int);
    CREATE TYPE side AS ENUM ('buy', 'sell');
    CREATE DOMAIN positive AS numeric(38,18) CHECK (value > 0);
    CREATE DOMAIN price AS positive;
    CREATE TYPE point_of_sale AS (x int, y text);
    CREATE TABLE venues (
      mic text PRIMARY KEY,
      country text NOT NULL,
      UNIQUE (country, mic)
    );
    CREATE TABLE "My ""Schema"""."Orders" (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      venue text NOT NULL,
      country text,
      side side NOT NULL DEFAULT 'buy',
      price price,
      gone int,
      doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
      tags text[],
      sides side[],
      span tstzrange,
      place point_of_sale,
      parent bigint REFERENCES "My ""Schema"""."Orders",
      CONSTRAINT venue_key FOREIGN KEY (country, venue) REFERENCES venues (country, mic)
    );
    ALTER TABLE "My ""Schema"""."Orders" DROP COLUMN gone;
    CREATE UNIQUE INDEX open_order ON "My ""Schema"""."Orders" (venue) WHERE side = 'buy';
    COMMENT ON TABLE "My ""Schema"""."Orders" IS 'What was asked for';
    COMMENT ON COLUMN "My ""Schema"""."Orders".price IS 'In the quote currency';
    CREATE TABLE ticks (ts timestamptz NOT NULL, id int NOT NULL, PRIMARY KEY (ts, id))
      PARTITION BY RANGE (ts);
    CREATE TABLE ticks_2024 PARTITION OF ticks FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE notes (ts timestamptz, id int, FOREIGN KEY (ts, id) REFERENCES ticks);
    CREATE VIEW countries AS SELECT country FROM venues;
    CREATE VIEW totals AS SELECT country, count(*) AS venues FROM venues GROUP BY country;
    CREATE MATERIALIZED VIEW cached AS SELECT mic FROM venues;
    CREATE TABLE hdb_catalog.far (id int, "größe" int, PRIMARY KEY ("größe", id));
    CREATE TABLE near (a int, b int, FOREIGN KEY (a, b) REFERENCES hdb_catalog.far (id, "größe"),
      in_2024 timestamptz, tick int,
      FOREIGN KEY (in_2024, tick) REFERENCES ticks_2024 (ts, id));
    CREATE DOMAIN lots AS int DEFAULT 100;
    CREATE TABLE defaults (one lots, two lots DEFAULT 2, three int DEFAULT 1 + 2);
    CREATE FUNCTION pick(int, VARIADIC others int[]) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE FUNCTION pick(a text, OUT b text, c text) LANGUAGE sql AS 'SELECT a';
    CREATE FUNCTION search(term text, "limit" int DEFAULT 10) RETURNS SETOF venues
      LANGUAGE sql STABLE AS $$ SELECT * FROM venues WHERE mic ILIKE term LIMIT "limit" $$;
    COMMENT ON FUNCTION search IS 'Finds venues';
    """#

  private func typeID(_ name: String, in schema: String = "pg_catalog") throws -> PostgresTypeID {
    try #require(catalog.type(schema: schema, named: name))
  }

  @Test func listsWhatCanBeTrackedAndNoPartition() {
    #expect(
      catalog.tables.map { "\($0.name.schema).\($0.name.name) \($0.kind)" } == [
        "My \"Schema\".Orders table", "public.cached materializedView", "public.countries view",
        "public.defaults table", "public.near table", "public.notes table",
        "public.ticks partitioned", "public.totals view",
        "public.venues table",
      ]
    )
  }

  @Test func readsColumnsAndTheirTypes() throws {
    let table = try #require(catalog.table(schema: "My \"Schema\"", name: "Orders"))
    let text = try typeID("text")
    let numeric = try typeID("numeric")
    #expect(
      table.columns == [
        Column(
          name: "id",
          position: 1,
          type: try typeID("int8"),
          isNullable: false,
          defaultExpression: #"nextval('"My ""Schema"""."Orders_id_seq"'::regclass)"#,
          identity: .always
        ),
        Column(name: "venue", position: 2, type: text, isNullable: false),
        Column(name: "country", position: 3, type: text),
        Column(
          name: "side",
          position: 4,
          type: try typeID("side", in: "public"),
          isNullable: false,
          hasDefault: true,
          defaultExpression: "'buy'::side"
        ),
        Column(
          name: "price",
          position: 5,
          type: numeric,
          declaredType: try typeID("price", in: "public"),
          comment: "In the quote currency"
        ),
        Column(name: "doubled", position: 7, type: numeric, generated: .stored),
        Column(name: "tags", position: 8, type: try typeID("_text")),
        Column(name: "sides", position: 9, type: try typeID("_side", in: "public")),
        Column(name: "span", position: 10, type: try typeID("tstzrange")),
        Column(name: "place", position: 11, type: try typeID("point_of_sale", in: "public")),
        Column(name: "parent", position: 12, type: try typeID("int8")),
      ]
    )
    #expect(table.comment == "What was asked for")
  }

  @Test func readsKeys() throws {
    var orders = try #require(catalog.table(schema: "My \"Schema\"", name: "Orders"))
    for index in orders.uniqueKeys.indices { orders.uniqueKeys[index].oid = 0 }
    for index in orders.foreignKeys.indices { orders.foreignKeys[index].oid = 0 }
    #expect(orders.primaryKey?.columns == ["id"])
    #expect(
      orders.uniqueKeys == [
        Key(name: "open_order", columns: ["venue"], isConstraint: false, isTotal: false)
      ]
    )
    #expect(
      orders.foreignKeys == [
        ForeignKey(
          name: "Orders_parent_fkey",
          columns: ["parent"],
          target: orders.name,
          targetColumns: ["id"]
        ),
        ForeignKey(
          name: "venue_key",
          columns: ["country", "venue"],
          target: TableName(name: "venues"),
          targetColumns: ["country", "mic"]
        ),
      ]
    )
    #expect(!orders.hasKey(over: ["venue"]))
    let venues = try #require(catalog.table(schema: "public", name: "venues"))
    #expect(venues.hasKey(over: ["mic", "country"]))
    // PostgreSQL keeps one constraint more for each partition that is referred to.
    let notes = try #require(catalog.table(schema: "public", name: "notes"))
    #expect(notes.foreignKeys.map(\.target) == [TableName(name: "ticks")])
    let ticks = try #require(catalog.table(schema: "public", name: "ticks"))
    #expect(ticks.primaryKey?.columns == ["ts", "id"])
  }

  @Test func namesWhatForeignKeysReferToWhereThatIsInNoCatalog() throws {
    let near = try #require(catalog.table(schema: "public", name: "near"))
    #expect(
      near.foreignKeys.map { "\($0.columns) \($0.target) \($0.targetColumns)" } == [
        #"["a", "b"] hdb_catalog.far ["id", "größe"]"#,
        #"["in_2024", "tick"] ticks_2024 ["ts", "id"]"#,
      ]
    )
  }

  @Test func takesDefaultsOfDomainsWhereColumnsHaveNone() throws {
    let table = try #require(catalog.table(schema: "public", name: "defaults"))
    #expect(table.columns.map(\.defaultExpression) == ["100", "2", "(1 + 2)"])
    #expect(table.columns.map(\.hasDefault) == [false, true, true])
  }

  @Test func saysWhatViewsAllow() throws {
    let allowed = catalog.tables.map { table in
      [table.isInsertable, table.isUpdatable, table.isDeletable]
    }
    let all = [true, true, true]
    let none = [false, false, false]
    #expect(allowed == [all, none, all, all, all, all, all, none, all])
  }

  @Test func describesTypes() throws {
    let side = catalog[try typeID("side", in: "public")]
    #expect(side.kind == .enum)
    #expect(side.enumLabels == ["buy", "sell"])
    #expect(side.sqlName == "public.side")
    let sides = catalog[try typeID("_side", in: "public")]
    #expect(sides.kind == .array)
    #expect(sides.element == (try typeID("side", in: "public")))
    #expect(sides.sqlName == "public.side[]")
    let price = catalog[try typeID("price", in: "public")]
    #expect(price.kind == .domain)
    #expect(price.base == (try typeID("positive", in: "public")))
    #expect(catalog[try typeID("tstzrange")].element == (try typeID("timestamptz")))
    #expect(catalog[try typeID("point_of_sale", in: "public")].kind == .composite)
    #expect(catalog[try typeID("timestamptz")].sqlName == "timestamp with time zone")
    #expect(catalog[try typeID("bpchar")].sqlName == "bpchar")
    #expect(catalog[try typeID("_text")].sqlName == "text[]")
  }

  @Test func readsFunctions() throws {
    let function = try #require(catalog.functions(FunctionName(name: "search")).first)
    let venues = try #require(catalog.table(schema: "public", name: "venues"))
    #expect(
      function
        == Function(
          oid: function.oid,
          name: FunctionName(name: "search"),
          volatility: .stable,
          arguments: [
            Function.Argument(name: "term", type: try typeID("text")),
            Function.Argument(name: "limit", type: try typeID("int4"), hasDefault: true),
          ],
          returnType: try typeID("venues", in: "public"),
          returnsSet: true,
          comment: "Finds venues"
        )
    )
    #expect(catalog[function.returnType].relation == venues.oid)
  }

  @Test func readsOverloadsWithTheirInputArguments() throws {
    let functions = catalog.functions(FunctionName(name: "pick"))
    let (int, array, text) = (try typeID("int4"), try typeID("_int4"), try typeID("text"))
    #expect(
      functions.map(\.arguments) == [
        [
          Function.Argument(name: "", type: int), Function.Argument(name: "others", type: array),
        ],
        [Function.Argument(name: "a", type: text), Function.Argument(name: "c", type: text)],
      ]
    )
    #expect(functions.map(\.isVariadic) == [true, false])
    #expect(functions.map(\.volatility) == [.immutable, .volatile])
    #expect(functions.map(\.returnType) == [int, text])
  }

  @Test func sharesWhatIsAsItWasAndTellsWhatIsNot() throws {
    let database = try TestCluster.shared().makeDatabase()
    try database.execute(Self.sql)
    let first = try database.catalog()
    #expect(try database.catalog(sharing: first) == first)
    let changes = [
      "ALTER TABLE venues ADD COLUMN name text",
      "ALTER TABLE venues RENAME COLUMN name TO caf\u{E9}",
      // The same letters in other bytes are another name.
      "ALTER TABLE venues RENAME COLUMN caf\u{E9} TO cafe\u{301}",
      "DROP TABLE notes; CREATE TABLE notes (ts timestamptz, id int)",
      "ALTER TABLE notes RENAME TO remarks",
      "ALTER TABLE remarks ALTER COLUMN id TYPE bigint",
      "CREATE OR REPLACE VIEW countries AS SELECT country, mic FROM venues",
      "CREATE TABLE ticks_2025 (ts timestamptz NOT NULL, id int NOT NULL)",
      "ALTER TABLE ticks ATTACH PARTITION ticks_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
      "ALTER TABLE ticks DETACH PARTITION ticks_2025",
      "ALTER SEQUENCE \"My \"\"Schema\"\"\".\"Orders_id_seq\" RENAME TO numbers",
      "ALTER TYPE side ADD VALUE 'neither' BEFORE 'sell'",
      "COMMENT ON COLUMN venues.mic IS 'Its code'",
      "ALTER TABLE \"My \"\"Schema\"\"\".\"Orders\" SET SCHEMA public",
      "ALTER SCHEMA \"My \"\"Schema\"\"\" RENAME TO other",
    ]
    var known = first
    for change in changes {
      try database.execute(change)
      let next = try database.catalog(sharing: known)
      let fresh = try database.catalog()
      #expect(next == fresh, "\(change)")
      // Schemas that have nothing are in no catalog.
      if !change.hasPrefix("ALTER SCHEMA") { #expect(next != known, "\(change)") }
      known = next
    }
  }

  @Test func readsAnEmptyDatabase() throws {
    let catalog = try Self.read(TestCluster.shared().makeDatabase())
    #expect(catalog.tables.isEmpty)
    #expect(catalog.functions.isEmpty)
  }
}
