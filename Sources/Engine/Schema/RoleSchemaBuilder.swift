package import Catalog
package import GraphQLCore
package import Metadata
import SQLCompiler

/// Makes the GraphQL schema of a role out of what the database has and what of it is tracked.
///
/// The names, types, nullabilities and descriptions are those of Hasura. What cannot be shown is
/// left out and reported, so that one wrong relationship takes nothing else down.
package struct RoleSchemaBuilder {
  /// With the tables that stand for logical models.
  let sources: [SchemaSource]
  let role: String
  private let hierarchy: RoleHierarchy
  private let isBackend: Bool
  let isRelay: Bool
  let options: SchemaOptions
  let natives: [NativeField]
  let actions: ActionSet

  /// `natives` are the fields written in Swift that the role may use.
  ///
  /// The rows of enum tables come along; an enum table without an entry is a table like any other.
  package init(
    catalog: Catalog,
    source: Source,
    role: String = Session.adminRole,
    hierarchy: RoleHierarchy = RoleHierarchy(),
    isBackend: Bool = false,
    isRelay: Bool = false,
    options: SchemaOptions = SchemaOptions(),
    natives: [NativeField] = [],
    actions: ActionSet = ActionSet(),
    enumValues: [TableName: [DatabaseContext.EnumValue]] = [:]
  ) {
    self.init(
      sources: [SchemaSource(source, catalog, enumValues: enumValues)],
      role: role,
      hierarchy: hierarchy,
      isBackend: isBackend,
      isRelay: isRelay,
      options: options,
      natives: natives,
      actions: actions
    )
  }

  /// The first of the sources has the tables of the fields written in Swift.
  package init(
    sources: [SchemaSource],
    role: String = Session.adminRole,
    hierarchy: RoleHierarchy = RoleHierarchy(),
    isBackend: Bool = false,
    isRelay: Bool = false,
    options: SchemaOptions = SchemaOptions(),
    natives: [NativeField] = [],
    actions: ActionSet = ActionSet()
  ) {
    self.sources = sources.map(\.withModels)
    self.role = role
    self.hierarchy = hierarchy
    self.isBackend = isBackend
    self.isRelay = isRelay
    self.options = options
    self.natives = natives
    self.actions = actions
  }

  /// Throws only where the names of the schema itself clash, which would be an error of ours.
  package func build() throws(SchemaError) -> RoleSchema { try makeSchema(forSeed: false).schema }

  /// The schema, and what the next one goes on from.
  func buildSeed() throws(SchemaError) -> SchemaSeed {
    let made = try makeSchema(forSeed: true)
    guard let assembly = made.assembly else { preconditionFailure("an assembly was asked for") }
    return SchemaSeed(
      schema: made.schema,
      sources: sources,
      assembly: assembly,
      roots: made.roots,
      rootNames: made.rootNames
    )
  }

  /// A schema with what it was made by; the assembly only where it is asked for, since arrays that two
  /// hold are copied.
  private struct Made {
    var schema: RoleSchema
    var assembly: SchemaAssembly?
    var roots: SchemaAssembly.Roots
    var rootNames: RootConflictFinder
  }

  private func makeSchema(forSeed: Bool) throws(SchemaError) -> Made {
    var excluded = Exclusions(sources.count)
    var inconsistencies: [SchemaInconsistency] = []
    var found: RootConflictFinder?
    while true {
      let bound = bind(excluding: excluded)
      // What is left out because of its types has root fields all the same.
      let rootNames = found ?? rootNames(bound)
      found = rootNames
      let assembled: (assembly: SchemaAssembly, roots: SchemaAssembly.Roots)
      do {
        assembled = try assemble(bound)
      } catch {
        // Each round leaves out one table or function more, so the rounds end.
        let name: TableName
        let source = bound.tables[error.table].source
        if let function = error.function {
          name = bound.functions[function].name
          excluded.functions[source].insert(name)
        } else {
          name = bound.tables[error.table].bound.name
          excluded.tables[source].insert(name)
        }
        inconsistencies.append(
          SchemaInconsistency(
            source: bound.sources[source].name,
            table: name,
            object: error.function == nil ? .table : .function,
            reason: "Found conflicting definitions for GraphQL type '\(error.name)'."
          )
        )
        continue
      }
      inconsistencies += bound.inconsistencies + assembled.assembly.inconsistencies
      let kept = forSeed ? assembled.assembly : nil
      let schema = try assembled.assembly.finish(
        role: role,
        roots: assembled.roots,
        recipes: bound.recipes,
        inconsistencies: inconsistencies,
        rootConflicts: rootNames.conflicts
      )
      return Made(schema: schema, assembly: kept, roots: assembled.roots, rootNames: rootNames)
    }
  }

  /// The names of the root fields, in an administrator's schema: nobody else is told of conflicts.
  private func rootNames(_ bound: Bound) -> RootConflictFinder {
    let isAdmin = role == Session.adminRole && !isRelay
    return RootConflictFinder(
      isAdmin ? bound.tables : [],
      isAdmin ? bound.functions : [],
      isAdmin ? actions : ActionSet(),
      sources: bound.sources,
      namespaces: namespaces
    )
  }

  /// What of each source is left out, since its name clashes with another.
  struct Exclusions {
    var tables: [Set<TableName>]
    var functions: [Set<FunctionName>]

    init(_ count: Int) {
      tables = Array(repeating: [], count: count)
      functions = Array(repeating: [], count: count)
    }
  }

  /// What all sources have, for the role.
  struct Bound {
    var sources: [BoundSource] = []
    var tables: [VisibleTable] = []
    var functions: [VisibleFunction] = []
    var recipes: [ParameterRecipe] = []
    var inconsistencies: [SchemaInconsistency] = []
  }

  /// `known` are tables that are bound already, by source.
  func bind(excluding excluded: Exclusions, knowing known: [TableBinder.Known] = []) -> Bound {
    var bound = Bound()
    for (index, source) in sources.enumerated() {
      let first = bound.tables.count
      var binder = TableBinder(
        catalog: source.catalog,
        source: source.source,
        index: index,
        after: (bound.tables, bound.recipes),
        knowing: known.isEmpty ? TableBinder.Known() : known[index],
        role: role,
        hierarchy: hierarchy,
        isBackend: isBackend,
        options: options,
        enumValues: source.enumValues,
        excluded: excluded.tables[index],
        excludedFunctions: excluded.functions[index]
      )
      bound.tables = binder.bind()
      bound.functions += binder.bindFunctions()
      bound.recipes = binder.recipes
      bound.inconsistencies += binder.inconsistencies
      bound.sources.append(
        BoundSource(
          name: source.source.name,
          database: source.database,
          tables: first..<bound.tables.count
        )
      )
    }
    bindRemoteRelationships(&bound)
    return bound
  }

  var namespaces: [RootNamespace?] {
    sources.map { RootNamespace(SchemaNaming(of: $0.source, options), isBackend: isBackend) }
  }

  /// The schema of a role that sees the same tables and columns as another, of other rows maybe.
  package func adapt(_ other: RoleSchema) -> RoleSchema {
    var tables = other.tables
    var writes = other.writes
    var recipes: [ParameterRecipe] = []
    for (source, bound) in zip(sources, other.sources) {
      let tracked = Dictionary(
        source.source.tables.map { ($0.table, $0) },
        uniquingKeysWith: { first, _ in first }
      )
      var compiler = PermissionCompiler(tables: tables, of: bound.tables, recipes: recipes)
      for index in bound.tables {
        let name = tables[index].name
        let all = tracked[name]?.selectPermissions ?? []
        let parts = hierarchy.definitions(of: role, in: all)
        let access = EffectivePermission(parts).flatMap { try? compiler.access($0, to: index) }
        tables[index].access = access ?? .none
        writes[index] = TableWrites()
        guard let entry = tracked[name], let table = source.catalog.table(name) else { continue }
        let permissions = WritePermissions(
          of: role,
          in: entry,
          table,
          hierarchy,
          isBackend: isBackend
        )
        if let own = try? TableWrites(table, permissions, at: index, &compiler) {
          writes[index] = own
        }
      }
      recipes = compiler.recipes
    }
    return RoleSchema(
      role: role,
      isRelay: isRelay,
      schema: other.schema,
      fieldBindings: other.fieldBindings,
      inputBindings: other.inputBindings,
      enumBindings: other.enumBindings,
      sources: other.sources,
      tables: tables,
      functions: other.functions,
      natives: other.natives,
      actions: other.actions,
      recipes: recipes,
      writes: writes
    )
  }

  private func assemble(
    _ bound: Bound
  ) throws(SchemaAssembly.NameConflict) -> (SchemaAssembly, SchemaAssembly.Roots) {
    var assembly = SchemaAssembly(
      tables: bound.tables,
      functions: bound.functions,
      natives: natives,
      actions: actions,
      sources: bound.sources,
      namespaces: namespaces,
      isRelay: isRelay,
      servesApolloFederation: options.servesApolloFederation && !isRelay
    )
    let roots = try assembly.defineSchema()
    return (assembly, roots)
  }
}

extension SchemaAssembly {
  fileprivate mutating func defineSchema() throws(NameConflict) -> Roots {
    defineDirectives()
    let (query, subscription) = try defineQueryRoots()
    let mutation = try defineMutationRoot()
    try definePending()
    defineRoots()
    return Roots(query: query, mutation: mutation, subscription: subscription)
  }
}
