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
  private let isBackend: Bool
  private let isRelay: Bool
  private let options: SchemaOptions
  private let natives: [NativeField]
  private let actions: ActionSet
  private let enumValues: [TableName: [DatabaseContext.EnumValue]]

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
    (self.source, self.catalog) = ModelTables.add(to: source, catalog)
    self.role = role
    self.hierarchy = hierarchy
    self.isBackend = isBackend
    self.isRelay = isRelay
    self.options = options
    self.natives = natives
    self.actions = actions
    self.enumValues = enumValues
  }

  /// Throws only where the names of the schema itself clash, which would be an error of ours.
  package func build() throws(SchemaError) -> RoleSchema {
    var excluded: Set<TableName> = []
    var excludedFunctions: Set<FunctionName> = []
    var inconsistencies: [SchemaInconsistency] = []
    var rootConflicts: [RootConflict]?
    while true {
      var binder = TableBinder(
        catalog: catalog,
        source: source,
        role: role,
        hierarchy: hierarchy,
        isBackend: isBackend,
        options: options,
        enumValues: enumValues,
        excluded: excluded,
        excludedFunctions: excludedFunctions
      )
      let tables = binder.bind()
      let functions = binder.bindFunctions()
      if rootConflicts == nil {
        let isAdmin = role == Session.adminRole && !isRelay
        rootConflicts =
          isAdmin
          ? RootConflictFinder(tables, functions, actions, source: source.name).conflicts : []
      }
      let assembled: (assembly: SchemaAssembly, roots: SchemaAssembly.Roots)
      do {
        assembled = try assemble(tables, functions)
      } catch {
        // Each round leaves out one table or function more, so the rounds end.
        let name: TableName
        if let function = error.function {
          name = functions[function].name
          excludedFunctions.insert(name)
        } else {
          name = tables[error.table].bound.name
          excluded.insert(name)
        }
        inconsistencies.append(
          SchemaInconsistency(
            table: name,
            object: error.function == nil ? .table : .function,
            reason: "Found conflicting definitions for GraphQL type '\(error.name)'."
          )
        )
        continue
      }
      inconsistencies += binder.inconsistencies + assembled.assembly.inconsistencies
      return try assembled.assembly.finish(
        role: role,
        roots: assembled.roots,
        recipes: binder.recipes,
        inconsistencies: inconsistencies,
        rootConflicts: rootConflicts ?? []
      )
    }
  }

  /// The schema of a role that sees the same tables and columns as another, of other rows maybe.
  package func adapt(_ other: RoleSchema) -> RoleSchema {
    let tracked = Dictionary(
      source.tables.map { ($0.table, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    var tables = other.tables
    var writes = other.writes
    var compiler = PermissionCompiler(tables: tables)
    for index in tables.indices {
      let name = tables[index].name
      let all = tracked[name]?.selectPermissions ?? []
      let parts = hierarchy.definitions(of: role, in: all)
      let access = EffectivePermission(parts).flatMap { try? compiler.access($0, to: index) }
      tables[index].access = access ?? .none
      writes[index] = TableWrites()
      guard let entry = tracked[name], let table = catalog.table(name) else { continue }
      let permissions = WritePermissions(of: role, in: entry, hierarchy, isBackend: isBackend)
      if let own = try? TableWrites(table, permissions, at: index, &compiler) {
        writes[index] = own
      }
    }
    return RoleSchema(
      role: role,
      isRelay: isRelay,
      schema: other.schema,
      fieldBindings: other.fieldBindings,
      inputBindings: other.inputBindings,
      enumBindings: other.enumBindings,
      tables: tables,
      functions: other.functions,
      natives: other.natives,
      actions: other.actions,
      recipes: compiler.recipes,
      writes: writes
    )
  }

  private func assemble(
    _ tables: [VisibleTable],
    _ functions: [VisibleFunction]
  ) throws(SchemaAssembly.NameConflict) -> (SchemaAssembly, SchemaAssembly.Roots) {
    var assembly = SchemaAssembly(
      tables: tables,
      functions: functions,
      natives: natives,
      actions: actions,
      isRelay: isRelay
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
    return Roots(query: query, mutation: mutation, subscription: subscription)
  }
}
