package import Catalog
import JSON

/// A field of a table that leads to rows of a table of any source, which the engine joins itself.
package struct RemoteRelationship: Hashable, Sendable {
  package var name: String
  package var source: String
  package var table: TableName
  package var kind: Relationship.Kind
  package var columnMapping: [Relationship.ColumnPair]
  /// The table's name as the document has it, which stays as long as it is the table's.
  var givenTable: JSONValue
}
