package import Catalog

/// Something that is tracked and that the schema had to leave out, and why.
package struct SchemaInconsistency: Hashable, Sendable {
  package enum Object: Hashable, Sendable {
    case table
    case function
    case rootField(String)
    case relationship(String)
    case permission(role: String)
  }

  package var source: String
  package var table: TableName
  package var object: Object
  /// In Hasura's words.
  package var reason: String

  package init(source: String = "default", table: TableName, object: Object, reason: String) {
    self.source = source
    self.table = table
    self.object = object
    self.reason = reason
  }
}
