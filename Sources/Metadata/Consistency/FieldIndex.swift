import Catalog
import JSON

/// The fields of the tracked tables of a source by their names in the database and the document.
struct FieldIndex {
  enum Field {
    case column(PostgresType, element: PostgresType?)
    case relationship(target: TableName)
    /// With the table whose rows it has; nil for one value.
    case computedField(rows: TableName?)
  }

  private let catalog: Catalog
  private let tables: [TableName: TrackedTable]

  init(_ source: Source, catalog: Catalog) {
    self.catalog = catalog
    tables = Dictionary(
      source.tables.map { ($0.table, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The field; a relationship is one where its target is found, tracked or not.
  func field(_ name: String, of tableName: TableName) -> Field? {
    guard let tracked = tables[tableName], let table = catalog.table(tableName) else { return nil }
    if let column = table.column(named: name) {
      let type = catalog.types[column.type.index]
      return .column(
        type,
        element: type.kind == .array ? type.element.map { catalog.types[$0.index] } : nil
      )
    }
    if let relationship = tracked.relationship(named: name) {
      guard case .success(let target) = relationship.using.resolved(from: table, in: catalog)
      else { return nil }
      return .relationship(target: target.table)
    }
    guard let computed = tracked.computedField(named: name) else { return nil }
    let function = catalog.functions(computed.function).first
    return .computedField(rows: function.flatMap { catalog.returnedTable(of: $0) })
  }
}
