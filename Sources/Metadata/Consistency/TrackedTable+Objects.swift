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
