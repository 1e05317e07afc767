package import Catalog
import JSON

extension TrackedTable {
  func object(in source: String) -> MetadataObject {
    MetadataObject(id: .table(source: source, table), definition: table.encoded())
  }

  /// What the schema calls a column by the document's word, naming conventions aside.
  package func fieldName(of column: Column) -> String {
    configuration.column(named: column.name)?.customName ?? column.name
  }
}

extension TrackedTable {
  /// What contradicts the name of a field: it is neither that of a column nor what a column is shown as.
  func conflict(_ name: String, isArray: Bool, in table: Table) -> String? {
    if configuration.columns.contains(where: { $0.customName != nil }) {
      let names = isArray ? [name, "\(name)_aggregate"] : [name]
      for column in table.columns {
        let shown = fieldName(of: column)
        guard !shown.hasSameBytes(as: column.name),
          names.contains(where: { $0.hasSameBytes(as: shown) })
        else { continue }
        return "field definition conflicts with custom field name for postgres column "
          + "\"\(column.name)\""
      }
    }
    return table.column(named: name) == nil
      ? nil : "field definition conflicts with postgres column"
  }
}

extension Relationship {
  func object(_ kind: Kind, of table: TableName, in source: String) -> MetadataObject {
    MetadataObject(
      id: .relationship(source: source, table, kind, name: name),
      definition: [
        "using": using.encoded(), "name": .string(name), "source": .string(source),
        "comment": comment.map { .string($0) } ?? .null, "table": table.encoded(),
      ]
    )
  }
}

extension Permission where Definition: PermissionDefinition {
  func object(
    _ kind: MetadataObject.PermissionKind,
    of table: TableName,
    in source: String
  ) -> MetadataObject {
    MetadataObject(
      id: .permission(source: source, table, kind, role: role),
      definition: [
        "role": .string(role), "source": .string(source),
        "comment": comment.map { .string($0) } ?? .null, "permission": definition.spelledOut,
        "table": table.encoded(),
      ]
    )
  }
}

extension ComputedField {
  func object(of table: TableName, in source: String) -> MetadataObject {
    MetadataObject(
      id: .computedField(source: source, table, name: name),
      definition: [
        "definition": encodedDefinition, "name": .string(name), "source": .string(source),
        "comment": comment.map { .string($0) } ?? .null, "table": table.encoded(),
      ]
    )
  }
}

extension TrackedFunction {
  func object(in source: String) -> MetadataObject {
    MetadataObject(id: .function(source: source, function), definition: function.encoded())
  }
}

extension PermissionDefinition {
  /// What the permission says, and of reading also what it leaves to the defaults, as Hasura tells it.
  fileprivate var spelledOut: JSONValue {
    guard self is SelectPermission, var members = encoded().object else { return encoded() }
    if members["allow_aggregations"] == nil { members["allow_aggregations"] = false }
    if members["computed_fields"] == nil { members["computed_fields"] = [] }
    return .object(members)
  }
}
