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
        "comment": comment.map { .string($0) } ?? .null, "permission": definition.encoded(),
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
