import Catalog
import Engine
import Metadata
import Testing

/// Whole schemas of small catalogs, as they are printed.
@Suite struct SchemaGoldenTests {
  @Test func relationshipsAndAggregates() throws {
    let built = try RoleSchemaBuilder(
      catalog: SmallCatalog.library.catalog,
      source: Source(
        tables: [RoleSchemaBuilderTests.author, RoleSchemaBuilderTests.article]
      )
    ).build()
    try GoldenFile("schema-relationships/schema.graphql").expect(built.sdl)
  }

  @Test func scalars() throws {
    var catalog = SmallCatalog()
    catalog.add(
      PostgresType(
        oid: 0,
        schema: "public",
        name: "mood",
        kind: .enum,
        category: UInt8(ascii: "E"),
        sqlName: "mood"
      )
    )
    catalog.add(
      PostgresType(
        oid: 0,
        schema: "public",
        name: "place",
        kind: .composite,
        category: UInt8(ascii: "C"),
        sqlName: "place"
      )
    )
    catalog.table(
      "everything",
      "i2 int2,i4 int4,i8 int8,f4 float4,f8 float8,n numeric,m money,b bool,t text,v varchar,"
        + "c bpchar,ci citext,d date,ti time,tz timetz,ts timestamp,tsz timestamptz,iv interval,"
        + "u uuid,j json,jb jsonb,by bytea,ip inet,x xml,p point,r int4range,tv tsvector,l ltree,"
        + "g geometry,mo mood,pl place,ai _int4,at _text,am _mood,ajb _jsonb"
    )
    let built = try RoleSchemaBuilder(
      catalog: catalog.catalog,
      source: Source(tables: [TrackedTable(TableName(name: "everything"))])
    ).build()
    try GoldenFile("schema-scalars/schema.graphql").expect(built.sdl)
  }

  @Test func nothing() throws {
    let built = try RoleSchemaBuilder(catalog: Catalog(), source: Source()).build()
    try GoldenFile("schema-empty/schema.graphql").expect(built.sdl)
  }
}
