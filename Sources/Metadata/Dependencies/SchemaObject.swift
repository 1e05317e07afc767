import Catalog

/// What something in the metadata of a source can depend on, or be that depends.
enum SchemaObject: Hashable {
  case table(TableName)
  case column(TableName, String)
  case foreignKey(TableName, String)
  case relationship(TableName, String)
  case remoteRelationship(TableName, String)
  case permission(TableName, MetadataObject.PermissionKind, role: String)
  case computedField(TableName, String)
  case function(FunctionName)
  case eventTrigger(TableName, String)
  case nativeQuery(String)

  /// The table that it is, or belongs to.
  var table: TableName? {
    switch self {
    case .table(let table), .column(let table, _), .foreignKey(let table, _),
      .relationship(let table, _), .remoteRelationship(let table, _),
      .permission(let table, _, _), .computedField(let table, _), .eventTrigger(let table, _):
      table
    case .function, .nativeQuery: nil
    }
  }

  /// As messages name it: `relationship article.author in source "default"`.
  func description(in source: String) -> String {
    let name =
      switch self {
      case .table(let table): "table \(table)"
      case .column(let table, let column): "column \(table).\(column)"
      case .foreignKey(let table, let name): "constraint \(table).\(name)"
      case .relationship(let table, let name): "relationship \(table).\(name)"
      case .remoteRelationship(let table, let name): "remote relationship \(table).\(name)"
      case .permission(let table, let kind, let role):
        "permission \(table).\(role).\(kind.rawValue)"
      case .computedField(let table, let name): "computed field \(table).\(name)"
      case .eventTrigger(let table, let name): "event-trigger \(table).\(name)"
      case .function(let name): "function \(name)"
      case .nativeQuery(let name): "native query \(name)"
      }
    return "\(name) in source \"\(source)\""
  }
}
