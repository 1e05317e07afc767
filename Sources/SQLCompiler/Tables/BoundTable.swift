package import Catalog
package import JSON

/// A tracked table as a role's schema and the SQL compiler see it.
///
/// It has all columns of the table, those without a field too: relationships may run over them.
package struct BoundTable: Sendable {
  package var name: TableName
  /// The quoted and qualified name: `"public"."bars"`.
  package var sqlName: String
  package var graphQLName: String
  package var columns: [BoundColumn]
  /// The columns of the primary key, in its order.
  package var primaryKey: [Int]?
  /// Keys over columns that are all NOT NULL, the primary key first: each makes a total order.
  package var uniqueKeys: [[Int]]
  package var relationships: [BoundRelationship]
  /// Which rows the role may read, in the language of permissions; nil for every row.
  package var rowFilter: JSONValue?
  /// How many rows the role may read at once.
  package var rowLimit: Int?
  /// How many rows PostgreSQL last counted; nil where it never did.
  package var estimatedRows: Double?

  package init(
    name: TableName,
    graphQLName: String,
    columns: [BoundColumn],
    primaryKey: [Int]? = nil,
    uniqueKeys: [[Int]] = [],
    relationships: [BoundRelationship] = [],
    rowFilter: JSONValue? = nil,
    rowLimit: Int? = nil,
    estimatedRows: Double? = nil
  ) {
    self.name = name
    self.sqlName = name.schema.quotedSQLIdentifier + "." + name.name.quotedSQLIdentifier
    self.graphQLName = graphQLName
    self.columns = columns
    self.primaryKey = primaryKey
    self.uniqueKeys = uniqueKeys
    self.relationships = relationships
    self.rowFilter = rowFilter
    self.rowLimit = rowLimit
    self.estimatedRows = estimatedRows
  }
}
