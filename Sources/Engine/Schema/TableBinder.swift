import Catalog
import JSON
import Metadata
import SQLCompiler

/// Finds the tables, columns and relationships of a source, and which of them a role can see.
struct TableBinder {
  let catalog: Catalog
  let source: Source
  /// The source's index among those of the schema.
  let sourceIndex: Int
  let naming: SchemaNaming
  let role: String
  let hierarchy: RoleHierarchy
  /// Whether permissions for backends alone count.
  let isBackend: Bool
  let options: SchemaOptions
  let types: TypeBinder
  let enumValues: [TableName: [DatabaseContext.EnumValue]]
  /// Tables to leave out, since their names clash with others.
  let excluded: Set<TableName>
  /// Functions to leave out for the same reason.
  let excludedFunctions: Set<FunctionName>

  /// Tables of the source that are bound already.
  struct Known {
    /// Bound tables, to be taken as they are.
    var tables: [TableName: VisibleTable] = [:]
    /// Where tables have to stand among those of the schema; others stand behind them.
    var places: [TableName: Int] = [:]
  }

  private let known: Known
  /// The native queries of the source.
  let queries: [NativeQuery]
  private(set) var inconsistencies: [SchemaInconsistency] = []
  /// Of the slots in the tables' access.
  private(set) var recipes: [ParameterRecipe] = []
  /// Those of the sources before this one come first.
  var tables: [VisibleTable] = []
  private let firstTable: Int
  private(set) var indices: [TableName: Int] = [:]

  /// `others` are the tables of the sources before this one, and the recipes of their access.
  init(
    catalog: Catalog,
    source: Source,
    index: Int = 0,
    after others: (tables: [VisibleTable], recipes: [ParameterRecipe]) = ([], []),
    knowing known: Known = Known(),
    role: String,
    hierarchy: RoleHierarchy,
    isBackend: Bool,
    options: SchemaOptions,
    enumValues: [TableName: [DatabaseContext.EnumValue]],
    excluded: Set<TableName>,
    excludedFunctions: Set<FunctionName> = []
  ) {
    self.catalog = catalog
    self.known = known
    queries = source.others["native_queries"] == nil ? [] : source.nativeQueries
    self.source = source
    sourceIndex = index
    naming = SchemaNaming(of: source, options)
    tables = others.tables
    recipes = others.recipes
    firstTable = others.tables.count
    self.role = role
    self.hierarchy = hierarchy
    self.isBackend = isBackend
    self.enumValues = enumValues
    self.excluded = excluded
    self.excludedFunctions = excludedFunctions
    self.options = options
    types = TypeBinder(catalog: catalog, options: options)
  }

  /// The tables of the sources before this one, and then its own by their GraphQL names.
  mutating func bind() -> [VisibleTable] {
    var entries: [(tracked: TrackedTable, table: Table, permission: EffectivePermission?)] = []
    for tracked in source.tables where !excluded.contains(tracked.table) {
      guard let table = catalog.table(tracked.table) else {
        report(
          tracked.table,
          .table,
          "Inconsistent object: no such table/view exists in source: \(tracked.table.quoted)"
        )
        continue
      }
      entries.append((tracked, table, permission(for: tracked)))
    }
    for entry in entries {
      if let bound = known.tables[entry.table.name] {
        tables.append(bound)
      } else {
        bind(entry.tracked, entry.table, entry.permission)
      }
    }
    sortTables()
    for index in firstTable..<tables.count { indices[tables[index].bound.name] = index }
    bindModels()
    entries.removeAll { known.tables[$0.table.name] != nil }
    for entry in entries {
      guard let index = indices[entry.table.name] else { continue }
      referToEnumTables(index, entry.table)
      bindRelationships(of: index, entry.tracked, entry.table)
      bindComputedFields(of: index, entry.tracked, entry.permission)
    }
    var compiler = PermissionCompiler(
      tables: tables.map(\.bound),
      of: firstTable..<tables.count,
      recipes: recipes
    )
    for entry in entries {
      guard let index = indices[entry.table.name], let permission = entry.permission else {
        continue
      }
      bindAccess(to: index, permission, &compiler)
    }
    for entry in entries {
      guard let index = indices[entry.table.name] else { continue }
      bindWrites(into: index, entry.tracked, entry.table, &compiler)
    }
    recipes = compiler.recipes
    return tables
  }

  /// By their GraphQL names, behind those that have a place.
  private mutating func sortTables() {
    let own = Array(tables[firstTable...])
    let ranks = own.map { known.places[$0.bound.name] ?? .max }
    let order = own.indices.sorted { left, right in
      guard ranks[left] == ranks[right] else { return ranks[left] < ranks[right] }
      return own[left].bound.graphQLName < own[right].bound.graphQLName
    }
    tables.replaceSubrange(firstTable..., with: order.map { own[$0] })
  }

  /// Nil for the administrator, who sees everything whatever metadata say.
  private func permission(for tracked: TrackedTable) -> EffectivePermission? {
    guard role != Session.adminRole else { return nil }
    return EffectivePermission(
      hierarchy.definitions(of: role, in: tracked.selectPermissions)
    )
  }

  /// Which rows and values the role sees; a permission that does not fit the database shows nothing.
  private mutating func bindAccess(
    to index: Int,
    _ permission: EffectivePermission,
    _ compiler: inout PermissionCompiler
  ) {
    do throws(PermissionFailure) {
      tables[index].bound.access = try compiler.access(permission, to: index)
    } catch {
      tables[index].isVisible = false
      tables[index].columns = []
      tables[index].bound.access = .none
      let table = tables[index].bound.name
      report(
        table,
        .permission(role: role),
        "Inconsistent object: in table \(table.quoted): in permission for role \"\(role)\": "
          + error.message
      )
    }
  }

  /// What the role may write; permissions that do not fit the database let nothing be written.
  private mutating func bindWrites(
    into index: Int,
    _ tracked: TrackedTable,
    _ table: Table,
    _ compiler: inout PermissionCompiler
  ) {
    let permissions = WritePermissions(
      of: role,
      in: tracked,
      table,
      hierarchy,
      isBackend: isBackend
    )
    for kind in permissions.conflicts {
      report(
        table.name,
        .permission(role: role),
        "Could not inherit permission for the role '\(role)' for the entity: "
          + "'\(kind) permission, table: \(table.name), source: '\(source.name)''"
      )
    }
    do throws(PermissionFailure) {
      tables[index].writes = try TableWrites(table, permissions, at: index, &compiler)
    } catch {
      report(
        table.name,
        .permission(role: role),
        "Inconsistent object: in table \(table.name.quoted): in permission for role \"\(role)\": "
          + error.message
      )
    }
  }

  mutating func report(
    _ table: TableName,
    _ object: SchemaInconsistency.Object,
    _ reason: String
  ) {
    inconsistencies.append(
      SchemaInconsistency(source: source.name, table: table, object: object, reason: reason)
    )
  }

  /// Says of the tables that stand for logical models what they are not: tables to be asked for.
  private mutating func bindModels() {
    for index in firstTable..<tables.count where ModelTables.isModel(tables[index].bound.name) {
      // Their rows are a native query's.
      tables[index].queryRootFields = []
      tables[index].subscriptionRootFields = []
      tables[index].allowsAggregations = false
    }
    for query in queries where query.hasRelationships {
      guard let index = indices[ModelTables.rows(of: query)] else { continue }
      tables[index].model = indices[ModelTables.name(of: query.model)]
    }
  }

  // MARK: - Tables and columns

  private mutating func bind(
    _ tracked: TrackedTable,
    _ table: Table,
    _ permission: EffectivePermission?
  ) {
    let isAdmin = role == Session.adminRole
    let parts = tracked.nameParts
    let name = naming.type(parts)
    guard name.isGraphQLName else {
      return report(
        table.name,
        .table,
        "cannot include \(table.name.quoted) in the GraphQL schema because it is not a valid "
          + "GraphQL identifier"
      )
    }
    var bound = BoundTable(name: table.name, graphQLName: name, columns: [])
    bound.isPartitioned = table.kind == .partitioned
    var visible: [VisibleTable.VisibleColumn] = []
    var all: [VisibleTable.VisibleColumn] = []
    for column in table.columns {
      let type = types.resolved(column.type)
      let configuration = tracked.configuration.column(named: column.name)
      let field = configuration?.customName ?? naming.field(column.name)
      let columnType = types.columnType(type)
      let isVisible = (permission?.shows(column.name) ?? isAdmin) && field.isGraphQLName
      if field.isGraphQLName, let columnType {
        let named = VisibleTable.VisibleColumn(
          index: bound.columns.count,
          name: field,
          description: Self.description(configuration?.comment, column.comment, nil),
          type: columnType,
          isNullable: column.isNullable || permission?.redaction(of: column.name) != nil
        )
        all.append(named)
        if isVisible { visible.append(named) }
      }
      bound.columns.append(
        BoundColumn(
          name: column.name,
          graphQLName: isVisible && columnType != nil ? field : nil,
          type: types.boundType(type),
          isNullable: column.isNullable,
          numericAggregateEncoding: types.numericAggregateEncoding(of: type),
          defaultExpression: column.defaultExpression
        )
      )
    }
    visible.sort { $0.name < $1.name }
    all.sort { $0.name < $1.name }
    bindKeys(of: table, to: &bound)
    bound.access = isAdmin ? .full : .none
    tables.append(
      VisibleTable(
        bound: bound,
        nameParts: parts,
        naming: naming,
        source: sourceIndex,
        isVisible: !visible.isEmpty,
        showsAllRows: isAdmin || permission?.filter == [:],
        columns: visible,
        allColumns: all,
        writes: TableWrites(),
        description: Self.description(
          tracked.configuration.comment,
          table.comment,
          ModelTables.isModel(table.name)
            ? nil : "columns and relationships of \(table.name.quoted)"
        ),
        allowsAggregations: permission?.allowsAggregations ?? isAdmin,
        queryRootFields: permission?.queryRootFields,
        subscriptionRootFields: permission?.subscriptionRootFields,
        customRootFields: tracked.configuration.customRootFields,
        isFederated: tracked.others["apollo_federation_config"]?["enable"] == "v1",
        enumValues: tracked.isEnum ? validEnumValues(of: table.name) : []
      )
    )
  }

  /// What metadata say, else what PostgreSQL says, else the default; an empty text says nothing.
  static func description(
    _ configured: String?,
    _ comment: String?,
    _ otherwise: String?
  ) -> String? {
    guard let text = configured ?? comment ?? otherwise, !text.isEmpty else { return nil }
    return text
  }

  private func bindKeys(of table: Table, to bound: inout BoundTable) {
    func indices(_ key: Key) -> [Int]? {
      let found = key.columns.compactMap { name in
        bound.columns.firstIndex { $0.name.hasSameBytes(as: name) }
      }
      return found.count == key.columns.count && !found.isEmpty ? found : nil
    }
    bound.primaryKey = table.primaryKey.flatMap(indices)
    let keys = table.totalKeys.compactMap(indices)
    bound.uniqueKeys = keys.filter { $0.allSatisfy { !bound.columns[$0].isNullable } }
  }
}

extension TableName {
  /// The name as Hasura's messages quote it.
  var quoted: String { "\"\(self)\"" }
}

extension Table {
  /// The keys that no two rows share, the primary key first.
  var totalKeys: [Key] {
    [primaryKey].compactMap { $0 } + uniqueKeys.filter(\.isTotal)
  }
}
