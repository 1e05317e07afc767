import Catalog
import JSON

// What a source's database has, tracked or not.
extension MetadataEditor {
  func sourceTables(_ name: String) throws(MetadataError) -> JSONValue {
    let (_, catalog) = try source(name)
    return .array(catalog.tables.map { $0.name.encoded() })
  }

  /// Hasura's error for PostgreSQL: only its data connectors tell more than tables.
  func trackables(_ name: String) throws(MetadataError) -> MetadataError {
    _ = try source(name)
    return failure(.unexpected, "listAllTrackables not supported by Postgres")
  }

  /// A table as `pg_get_table_info` tells it; null for one that is not there.
  func tableInfo(_ name: TableName, in source: String) throws(MetadataError) -> JSONValue {
    let (_, catalog) = try self.source(source)
    guard let table = catalog.table(name) else { return .null }
    var info: JSONObject = [
      "name": name.encoded(), "type": .string(table.kind.isView ? "view" : "table"),
      "columns": .array(table.columns.map { columnInfo($0, of: table, catalog) }),
      "insertable": .bool(table.isInsertable), "updatable": .bool(table.isUpdatable),
      "deletable": .bool(table.isDeletable),
    ]
    if let key = table.primaryKey { info["primary_key"] = .array(key.columns.map { .string($0) }) }
    if !table.foreignKeys.isEmpty {
      var keys = JSONObject()
      for key in table.foreignKeys {
        var mapping = JSONObject()
        for (column, target) in zip(key.columns, key.targetColumns) {
          mapping[column] = .string(target)
        }
        keys[key.name] = [
          "foreign_table": key.target.encoded(), "column_mapping": .object(mapping),
        ]
      }
      info["foreign_keys"] = .object(keys)
    }
    return .object(info)
  }

  private func columnInfo(_ column: Column, of table: Table, _ catalog: Catalog) -> JSONValue {
    let isWritable = column.generated == .never && column.identity != .always
    var info: JSONObject = [
      "name": .string(column.name), "type": .string(catalog[column.type].hasuraName),
      "nullable": .bool(column.isNullable),
      "insertable": .bool(isWritable && table.isInsertable),
      "updatable": .bool(isWritable && table.isUpdatable),
    ]
    if let comment = column.comment { info["description"] = .string(comment) }
    return .object(info)
  }
}

extension Table.Kind {
  fileprivate var isView: Bool { self == .view || self == .materializedView }
}

extension PostgresType {
  /// The type's name as Hasura writes it: PostgreSQL's, but for those of several words.
  fileprivate var hasuraName: String {
    switch name {
    case "bpchar", "varchar", "time", "timetz", "timestamp", "timestamptz": name
    default: sqlName
    }
  }
}
