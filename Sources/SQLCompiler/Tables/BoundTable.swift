package import Catalog

/// A tracked table as a role's schema and the SQL compiler see it.
///
/// It has all columns of the table, those without a field too: relationships may run over them.
package struct BoundTable: Hashable, Sendable {
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
  /// The native queries that relationships lead to.
  package var queries: [BoundFunction] = []
  /// Those to tables of any source, whose rows are fetched when those of this table are there.
  package var remoteRelationships: [BoundRelationship] = []
  /// What the role may read of the rows.
  package var access: TableAccess
  package var computedFields: [BoundComputedField]
  /// Whether its rows are kept by partitions.
  package var isPartitioned = false
  /// How many rows PostgreSQL last counted; nil where it never did.
  package var estimatedRows: Double?

  package init(
    name: TableName,
    graphQLName: String,
    columns: [BoundColumn],
    primaryKey: [Int]? = nil,
    uniqueKeys: [[Int]] = [],
    relationships: [BoundRelationship] = [],
    access: TableAccess = .full,
    computedFields: [BoundComputedField] = [],
    estimatedRows: Double? = nil
  ) {
    self.name = name
    self.sqlName = name.schema.quotedSQLIdentifier + "." + name.name.quotedSQLIdentifier
    self.graphQLName = graphQLName
    self.columns = columns
    self.primaryKey = primaryKey
    self.uniqueKeys = uniqueKeys
    self.relationships = relationships
    self.access = access
    self.computedFields = computedFields
    self.estimatedRows = estimatedRows
  }

  /// Whether the role sees any column.
  package var isVisible: Bool { columns.contains { $0.graphQLName != nil } }
}
