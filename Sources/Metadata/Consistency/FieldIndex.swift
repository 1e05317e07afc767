import Catalog
import JSON

/// The fields of the tracked tables of a source by their names in the database and the document.
struct FieldIndex {
  enum Field {
    case column
    case relationship(target: TableName)
    case computedField
  }

  private var tables: [TableName: [String: Field]] = [:]

  /// Takes relationships as they are where their target is found, tracked or not.
  init(_ source: Source, catalog: Catalog) {
    for tracked in source.tables {
      guard let table = catalog.table(tracked.table) else { continue }
      var fields: [String: Field] = [:]
      for name in tracked.computedFieldNames { fields[name] = .computedField }
      for relationship in tracked.objectRelationships + tracked.arrayRelationships {
        guard
          case .success(let target) = relationship.using.resolved(from: table, in: catalog)
        else { continue }
        fields[relationship.name] = .relationship(target: target.table)
      }
      for column in table.columns { fields[column.name] = .column }
      tables[tracked.table] = fields
    }
  }

  func field(_ name: String, of table: TableName) -> Field? {
    tables[table]?[name]
  }
}

extension TrackedTable {
  /// Computed fields have no type here yet: their names are read from the document.
  var computedFieldNames: [String] {
    (others["computed_fields"]?.array ?? []).compactMap { $0["name"]?.string }
  }

  var remoteRelationshipNames: [String] {
    (others["remote_relationships"]?.array ?? []).compactMap { $0["name"]?.string }
  }
}
