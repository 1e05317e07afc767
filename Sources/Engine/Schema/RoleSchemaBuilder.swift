package import Catalog
package import GraphQLCore
package import Metadata
import SQLCompiler

/// Makes the GraphQL schema of a role out of what the database has and what of it is tracked.
///
/// The names, types, nullabilities and descriptions are those of Hasura. What cannot be shown is
/// left out and reported, so that one wrong relationship takes nothing else down.
package struct RoleSchemaBuilder {
  private let catalog: Catalog
  private let source: Source
  private let role: String
  private let hierarchy: RoleHierarchy
  private let options: SchemaOptions
  private let enumValues: [TableName: [DatabaseContext.EnumValue]]

  /// The rows of enum tables come along; an enum table without an entry is a table like any other.
  package init(
    catalog: Catalog,
    source: Source,
    role: String = Session.adminRole,
    hierarchy: RoleHierarchy = RoleHierarchy(),
    options: SchemaOptions = SchemaOptions(),
    enumValues: [TableName: [DatabaseContext.EnumValue]] = [:]
  ) {
    self.catalog = catalog
    self.source = source
    self.role = role
    self.hierarchy = hierarchy
    self.options = options
    self.enumValues = enumValues
  }

  /// Throws only where the names of the schema itself clash, which would be an error of ours.
  package func build() throws(SchemaError) -> RoleSchema {
    var excluded: Set<TableName> = []
    var inconsistencies: [SchemaInconsistency] = []
    while true {
      var binder = TableBinder(
        catalog: catalog,
        source: source,
        role: role,
        hierarchy: hierarchy,
        options: options,
        enumValues: enumValues,
        excluded: excluded
      )
      let tables = binder.bind()
      let assembled: (assembly: SchemaAssembly, query: TypeID)
      do {
        assembled = try assemble(tables)
      } catch {
        // Each round leaves out one table more, so there are no more rounds than tables.
        let name = tables[error.table].bound.name
        excluded.insert(name)
        inconsistencies.append(
          SchemaInconsistency(
            table: name,
            object: .table,
            reason: "Found conflicting definitions for GraphQL type '\(error.name)'."
          )
        )
        continue
      }
      inconsistencies += binder.inconsistencies + assembled.assembly.inconsistencies
      return try assembled.assembly.finish(
        role: role,
        query: assembled.query,
        recipes: binder.recipes,
        inconsistencies: inconsistencies
      )
    }
  }

  /// The schema of a role that sees the same tables and columns as another, of other rows maybe.
  package func adapt(_ other: RoleSchema) -> RoleSchema {
    let permissions = Dictionary(
      source.tables.map { ($0.table, $0.selectPermissions) },
      uniquingKeysWith: { first, _ in first }
    )
    var tables = other.tables
    var compiler = PermissionCompiler(tables: tables)
    for index in tables.indices {
      let all = permissions[tables[index].name] ?? []
      let parts = hierarchy.definitions(of: role, in: all)
      let access = EffectivePermission(parts).flatMap { try? compiler.access($0, to: index) }
      tables[index].access = access ?? .none
    }
    return RoleSchema(
      role: role,
      schema: other.schema,
      fieldBindings: other.fieldBindings,
      inputBindings: other.inputBindings,
      enumBindings: other.enumBindings,
      tables: tables,
      recipes: compiler.recipes
    )
  }

  /// Assembles the schema twice, the first time only to learn the names of all types.
  ///
  /// The second pass gives out ids in the order of the names, so that introspection and printing
  /// list the types sorted.
  private func assemble(
    _ tables: [VisibleTable]
  ) throws(SchemaAssembly.NameConflict) -> (SchemaAssembly, TypeID) {
    var draft = SchemaAssembly(tables: tables)
    _ = try draft.defineSchema()
    var assembly = SchemaAssembly(tables: tables, order: draft.sortedTypeNames)
    let query = try assembly.defineSchema()
    return (assembly, query)
  }
}

extension SchemaAssembly {
  fileprivate mutating func defineSchema() throws(NameConflict) -> TypeID {
    defineDirectives()
    return try defineQueryRoot()
  }
}
