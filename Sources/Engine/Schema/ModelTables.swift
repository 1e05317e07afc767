import Catalog
import Metadata

/// Logical models as tables that no database has: so all that is known of tables holds for them.
///
/// They stand in a schema whose name no schema of PostgreSQL can have.
enum ModelTables {
  private static let schema = "\u{0}logical model"

  static func name(of model: String) -> TableName { TableName(schema: schema, name: model) }

  /// What stands for the name of a function.
  static func name(of query: NativeQuery) -> FunctionName {
    FunctionName(schema: "\u{0}native query", name: query.rootField)
  }

  static func isModel(_ name: TableName) -> Bool { name.schema == schema }

  /// A source with its logical models as tables, and a catalog that has them.
  static func add(to source: Source, _ catalog: Catalog) -> (Source, Catalog) {
    // Those that a source has been given already are not given again.
    let models = source.logicalModels.filter { source.table(name(of: $0.name)) == nil }
    guard !source.logicalModels.isEmpty else { return (source, catalog) }
    var source = source
    var tables: [Table] = []
    for model in source.logicalModels {
      var columns: [Column] = []
      for (index, field) in model.fields.enumerated() {
        guard let type = catalog.type(namedInModels: field.type) else { continue }
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
      tables.append(
        Table(
          oid: 0,
          name: name(of: model.name),
          kind: .view,
          columns: columns,
          comment: model.description,
          isInsertable: false,
          isUpdatable: false,
          isDeletable: false
        )
      )
      guard models.contains(where: { $0.name == model.name }) else { continue }
      source.tables.append(
        TrackedTable(
          name(of: model.name),
          configuration: TableConfiguration(customName: model.name),
          selectPermissions: model.selectPermissions
        )
      )
    }
    guard catalog.table(name(of: source.logicalModels[0].name)) == nil else {
      return (source, catalog)
    }
    let extended = Catalog(
      tables: catalog.tables + tables,
      types: catalog.types,
      functions: catalog.functions
    )
    return (source, extended)
  }
}
