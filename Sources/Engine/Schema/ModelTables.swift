import Catalog
import JSON
import Metadata

/// Logical models as tables that no database has: so all that is known of tables holds for them.
///
/// So are the rows of each native query that has relationships, which the model by itself has not. All
/// stand in schemas whose names no schema of PostgreSQL can have.
enum ModelTables {
  private static let schema = "\u{0}logical model"
  private static let rowSchema = "\u{0}native query"

  static func name(of model: String) -> TableName { TableName(schema: schema, name: model) }

  /// The table of the rows of a native query with relationships.
  static func rows(of query: NativeQuery) -> TableName {
    TableName(schema: rowSchema, name: query.rootField)
  }

  /// What stands for the name of a function.
  static func name(of query: NativeQuery) -> FunctionName {
    FunctionName(schema: rowSchema, name: query.rootField)
  }

  static func isModel(_ name: TableName) -> Bool {
    name.schema == schema || name.schema == rowSchema
  }

  /// A source with its logical models as tables, and a catalog that has them.
  static func add(to source: Source, _ catalog: Catalog) -> (Source, Catalog) {
    guard source.others["logical_models"] != nil || source.others["native_queries"] != nil else {
      return (source, catalog)
    }
    let tracked = trackedTables(of: source)
    // Those that a source has been given already are not given again.
    guard let first = tracked.first, source.table(first.entry.table) == nil else {
      return (source, catalog)
    }
    var source = source
    source.tables += tracked.map(\.entry)
    let tables = tracked.map { table(of: $0.model, named: $0.entry.table, catalog) }
    let extended = Catalog(
      tables: catalog.tables + tables,
      types: catalog.types,
      functions: catalog.functions
    )
    return (source, extended)
  }

  private static func trackedTables(
    of source: Source
  ) -> [(entry: TrackedTable, model: LogicalModel)] {
    let queries = source.nativeQueries
    let models = source.logicalModels + queries.compactMap(\.inlineModel)
    var tracked = models.map { model in
      (
        entry: TrackedTable(
          name(of: model.name),
          configuration: TableConfiguration(customName: model.name),
          selectPermissions: model.selectPermissions
        ),
        model: model
      )
    }
    for query in queries where query.hasRelationships {
      guard let model = query.inlineModel ?? models.first(where: { $0.name == query.model }) else {
        continue
      }
      var entry = TrackedTable(
        rows(of: query),
        configuration: TableConfiguration(customName: query.rootField),
        selectPermissions: model.selectPermissions
      )
      entry.objectRelationships = query.objectRelationships
      entry.arrayRelationships = query.arrayRelationships
      tracked.append((entry, model))
    }
    return tracked
  }

  private static func table(
    of model: LogicalModel,
    named name: TableName,
    _ catalog: Catalog
  ) -> Table {
    var columns: [Column] = []
    for (index, field) in model.fields.enumerated() {
      guard let scalar = field.scalar, let type = catalog.type(namedInModels: scalar) else {
        continue
      }
      columns.append(
        Column(
          name: field.name,
          position: index + 1,
          type: type,
          isNullable: field.isNullable,
          comment: field.description
        )
      )
    }
    return Table(
      oid: 0,
      name: name,
      kind: .view,
      columns: columns,
      comment: model.description,
      isInsertable: false,
      isUpdatable: false,
      isDeletable: false
    )
  }
}
