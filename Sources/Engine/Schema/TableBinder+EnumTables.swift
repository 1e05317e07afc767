import Catalog
import JSON
import Metadata
import SQLCompiler

// Columns that refer to enum tables have their values.
extension TableBinder {
  func validEnumValues(of table: TableName) -> [DatabaseContext.EnumValue] {
    (enumValues[table] ?? []).filter {
      $0.name.isGraphQLName && !["true", "false", "null"].contains($0.name)
    }
  }

  /// A column with a foreign key of its own to the key of an enum table has that table's enum.
  mutating func referToEnumTables(_ index: Int, _ table: Table) {
    for key in table.foreignKeys where key.columns.count == 1 {
      guard
        let target = indices[key.target],
        !tables[target].enumValues.isEmpty,
        let primaryKey = tables[target].bound.primaryKey, primaryKey.count == 1,
        tables[target].bound.columns[primaryKey[0]].name.hasSameBytes(as: key.targetColumns[0]),
        let column = tables[index].bound.columns
          .firstIndex(where: { $0.name.hasSameBytes(as: key.columns[0]) })
      else { continue }
      Self.refer(column, to: target, &tables[index].columns)
      Self.refer(column, to: target, &tables[index].allColumns)
      // The names of the values are in capitals by that convention, whatever the keys are.
      if naming.usesCamelCase { tables[index].bound.columns[column].type.encoding = .upperString }
    }
  }

  private static func refer(
    _ column: Int,
    to target: Int,
    _ columns: inout [VisibleTable.VisibleColumn]
  ) {
    guard let found = columns.firstIndex(where: { $0.index == column }),
      columns[found].type.enumTable == nil
    else { return }
    columns[found].type.enumTable = target
  }
}
