import Catalog
import JSON

/// What has become of tracked tables and functions between two states of a database.
///
/// Tables are known by their oid and columns by their number, which a rename keeps. A table that is
/// dropped and made again under its name is another table.
struct CatalogChange {
  struct TypeChange {
    var table: TableName
    var column: String
  }

  private let before: Catalog
  private let after: Catalog
  private(set) var renaming = Renaming()
  private(set) var droppedTables: [TableName] = []
  private(set) var droppedColumns: [SchemaObject] = []
  /// Foreign keys that are gone while both tables and all columns are still there.
  private(set) var droppedForeignKeys: [SchemaObject] = []
  private(set) var typeChanges: [TypeChange] = []
  /// Functions that are gone, or are not what they were.
  private(set) var droppedFunctions: [SchemaObject] = []

  init(of source: Source, from before: Catalog, to after: Catalog) {
    self.before = before
    self.after = after
    let tables = Dictionary(
      after.tables.map { ($0.oid, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    for tracked in source.tables {
      guard let old = before.table(tracked.table) else { continue }
      guard let new = tables[old.oid] else {
        droppedTables.append(old.name)
        continue
      }
      if new.name != old.name { renaming.tables[old.name] = new.name }
      compareColumns(old, new)
      compareForeignKeys(old, new)
    }
    let functions = Set(after.functions.map(\.oid))
    for function in before.functions where !functions.contains(function.oid) {
      droppedFunctions.append(.function(function.name))
    }
    for function in after.functions {
      guard let old = before.functions.first(where: { $0.oid == function.oid }),
        old.name != function.name
      else { continue }
      droppedFunctions.append(.function(old.name))
    }
  }

  private mutating func compareColumns(_ old: Table, _ new: Table) {
    for column in old.columns {
      guard let newColumn = new.columns.first(where: { $0.position == column.position }) else {
        droppedColumns.append(.column(old.name, column.name))
        continue
      }
      if !newColumn.name.hasSameBytes(as: column.name) {
        renaming.columns[old.name, default: [:]][column.name] = newColumn.name
      } else if before[column.type].oid != after[newColumn.type].oid {
        typeChanges.append(TypeChange(table: old.name, column: column.name))
      }
    }
  }

  private mutating func compareForeignKeys(_ old: Table, _ new: Table) {
    let kept = Set(new.foreignKeys.map(\.oid))
    // A key that one text drops and adds again, to say more of it, is the same to relationships.
    func isReplaced(_ key: ForeignKey) -> Bool {
      new.foreignKeys.contains {
        $0.name.hasSameBytes(as: key.name) && $0.columns == key.columns && $0.target == key.target
          && $0.targetColumns == key.targetColumns
      }
    }
    for key in old.foreignKeys where !kept.contains(key.oid) && !isReplaced(key) {
      droppedForeignKeys.append(.foreignKey(old.name, key.name))
    }
  }

  /// Everything whose loss something in the document may not survive.
  var dropped: [SchemaObject] {
    droppedTables.map { .table($0) } + droppedColumns + droppedForeignKeys + droppedFunctions
  }
}
