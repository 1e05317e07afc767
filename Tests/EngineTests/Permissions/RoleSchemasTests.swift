import Catalog
import GraphQLCore
import JSON
import Metadata
import SQLCompiler
import Testing

@testable import Engine

@Suite struct RoleSchemasTests {
  private static let name = TableName(name: "orders")

  /// Roles `a0`, `a1`, … see one column of the rows with their number, `b0`, `b1`, … two.
  private func schemas(budget: Int) -> RoleSchemas {
    var catalog = SmallCatalog()
    catalog.table("orders", "id int4!,note text", key: ["id"])
    var orders = TrackedTable(Self.name)
    for number in 0..<8 {
      for (prefix, columns) in [("a", ["id"]), ("b", ["id", "note"])] {
        let definition = SelectPermission(
          columns: .some(columns),
          filter: ["id": ["_eq": .number(JSONNumber(number))]]
        )
        orders.selectPermissions.append(
          Permission(role: "\(prefix)\(number)", definition: definition)
        )
      }
    }
    var basis = RoleSchemas.Basis()
    basis.sources = [SchemaSource(Source(tables: [orders]), catalog.catalog)]
    return RoleSchemas(basis, budget: budget)
  }

  private func constants(_ schema: RoleSchema) -> [ParameterRecipe.Source] {
    schema.recipes.map(\.source)
  }

  @Test func sharesOneSchemaAmongRolesThatSeeTheSameColumns() throws {
    let schemas = schemas(budget: 100_000)
    let first = try schemas.make("a0")
    let second = try schemas.make("a1")
    let wider = try schemas.make("b1")
    #expect(first.sdl == second.sdl && first.sdl != wider.sdl)
    let bases = [first, second, wider].map { schema in
      schema.schema.directives.withUnsafeBufferPointer { $0.baseAddress }
    }
    #expect(bases[0] == bases[1] && bases[0] != bases[2])
  }

  @Test func keepsTheRowsOfEachApart() throws {
    let schemas = schemas(budget: 100_000)
    for role in ["a3", "a5", "a3"] {
      let schema = try schemas.make(role)
      let number = Int(role.dropFirst()) ?? 0
      #expect(schema.role == role)
      #expect(constants(schema) == [.constant(.scalar(.number(JSONNumber(number))))])
      #expect(
        schema.tables[0].access
          == TableAccess(filter: .comparison(column: 0, .equal, ParameterSlot(0, of: .role)))
      )
    }
  }

  @Test func keepsASchemaUntilThereAreTooMany() throws {
    let schemas = schemas(budget: 100_000)
    #expect(schemas.kept("a0") == nil)
    let made = try schemas.make("a0")
    #expect(schemas.kept("a0") === made)
    #expect(schemas.evictions == 0)
  }

  @Test func dropsTheHalfThatWasAskedForLongestAgo() throws {
    let one = schemas(budget: 100_000)
    _ = try one.make("a0")
    // Room for one schema with its tables and a few roles that share it.
    let schemas = schemas(budget: one.cost + 6)
    for number in 0..<3 { _ = try schemas.make("a\(number)") }
    #expect(schemas.evictions == 0)
    _ = schemas.kept("a0")
    _ = try schemas.make("a3")
    #expect(schemas.evictions == 1)
    #expect(schemas.kept("a0") != nil && schemas.kept("a3") != nil)
    #expect(schemas.kept("a1") == nil && schemas.kept("a2") == nil)
  }

  @Test func hasASchemaForARoleThatSeesNothing() throws {
    let schema = try schemas(budget: 100_000).make("stranger")
    #expect(schema.sdl.contains("no_queries_available"))
    #expect(schema.tables.map(\.access) == [.none])
  }
}

extension RoleSchemas {
  fileprivate func kept(_ role: String) -> RoleSchema? { kept(RoleKey(role: role)) }

  fileprivate func make(_ role: String) throws(HasuraError) -> RoleSchema {
    try make(RoleKey(role: role))
  }
}
