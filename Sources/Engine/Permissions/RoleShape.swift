import Catalog
import JSON
import Metadata

/// What of the tables a role sees, without the conditions on rows: roles of one shape have one schema.
struct RoleShape: Hashable, Sendable {
  private struct TableShape: Hashable {
    var columns: [PermittedColumns]
    /// The columns that are null in some rows.
    var redacted: [String]
    var computedFields: [String]
    var redactedComputedFields: [String]
    var allowsAggregations: Bool
    var showsAllRows: Bool
    var queryRootFields: [CustomRootFields.Key]?
    var subscriptionRootFields: [CustomRootFields.Key]?
  }

  /// What the role sees of one source.
  private struct SourceShape: Hashable {
    var tables: [TableName: TableShape] = [:]
    var writes: [TableName: WritePermissions] = [:]
    /// The functions that the role is permitted to call one by one.
    var functions: [FunctionName] = []
  }

  private var sources: [SourceShape] = []
  /// The names of the fields written in Swift that the role may use.
  var natives: [String] = []
  /// Whether it is the shape of the Relay schema, and of an administrator's.
  var isRelay = false
  var isAdmin = false

  init(
    of role: String,
    in sources: [(source: Source, catalog: Catalog)],
    _ hierarchy: RoleHierarchy,
    isBackend: Bool = false
  ) {
    self.sources = sources.map { source, catalog in
      Self.shape(of: role, in: source, catalog, hierarchy, isBackend: isBackend)
    }
  }

  private static func shape(
    of role: String,
    in source: Source,
    _ catalog: Catalog,
    _ hierarchy: RoleHierarchy,
    isBackend: Bool
  ) -> SourceShape {
    var shape = SourceShape()
    shape.functions = source.functions.filter { hierarchy.permits(role, $0) }.map(\.function)
    for table in source.tables {
      let writes = WritePermissions(
        of: role,
        in: table,
        catalog.table(table.table),
        hierarchy,
        isBackend: isBackend
      )
      shape.writes[table.table] = writes.shape
      let parts = hierarchy.definitions(of: role, in: table.selectPermissions)
      guard let permission = EffectivePermission(parts) else { continue }
      let columns = parts.map(\.columns)
      let computed = Set(parts.flatMap(\.computedFields)).sorted()
      shape.tables[table.table] = TableShape(
        columns: columns,
        redacted: columns.flatMap(\.names).filter { permission.redaction(of: $0) != nil },
        computedFields: computed,
        redactedComputedFields: computed.filter {
          permission.redaction(ofComputedField: $0) != nil
        },
        allowsAggregations: permission.allowsAggregations,
        showsAllRows: permission.filter == [:],
        queryRootFields: permission.queryRootFields,
        subscriptionRootFields: permission.subscriptionRootFields
      )
    }
    return shape
  }
}

extension PermittedColumns {
  /// The columns that are listed by name.
  fileprivate var names: [String] {
    if case .some(let names) = self { names } else { [] }
  }
}
