import Catalog
import Engine
import GraphQLCore
import SQLCompiler
import Testing

@Suite struct PlatformSchemaTests {
  @Test func showsEveryTableWithoutInconsistency() throws {
    let platform = try PlatformCatalog.load()
    let built = try RoleSchemaBuilder(catalog: platform.catalog, source: platform.source).build()
    #expect(built.inconsistencies == [])
    #expect(
      Set(built.tables.map(\.name)) == Set(platform.catalog.tables.map(\.name))
    )
    // What is printed says the whole schema.
    #expect(try GraphQLCore.Schema(parsing: built.sdl).sdl() + "\n" == built.sdl)
  }
}
