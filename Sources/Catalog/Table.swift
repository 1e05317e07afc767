import JSON

/// A relation that can be tracked: what PostgreSQL says about it.
package struct Table: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case table
    case partitioned
    case view
    case materializedView
    case foreign
  }

  package var oid: UInt32
  package var name: TableName
  package var kind: Kind
  /// In the order of their positions.
  package var columns: [Column]
  package var primaryKey: Key?
  /// Unique constraints and unique indexes, the primary key not among them, by name.
  package var uniqueKeys: [Key]
  /// By name.
  package var foreignKeys: [ForeignKey]
  package var comment: String?
  package var isInsertable: Bool
  package var isUpdatable: Bool
  package var isDeletable: Bool

  package init(
    oid: UInt32,
    name: TableName,
    kind: Kind = .table,
    columns: [Column],
    primaryKey: Key? = nil,
    uniqueKeys: [Key] = [],
    foreignKeys: [ForeignKey] = [],
    comment: String? = nil,
    isInsertable: Bool = true,
    isUpdatable: Bool = true,
    isDeletable: Bool = true
  ) {
    self.oid = oid
    self.name = name
    self.kind = kind
    self.columns = columns
    self.primaryKey = primaryKey
    self.uniqueKeys = uniqueKeys
    self.foreignKeys = foreignKeys
    self.comment = comment
    self.isInsertable = isInsertable
    self.isUpdatable = isUpdatable
    self.isDeletable = isDeletable
  }

  package func column(named name: String) -> Column? {
    columns.first { $0.name.hasSameBytes(as: name) }
  }

  /// Whether no two rows can agree on the columns: in some order they are a key.
  package func hasKey(over columns: [String]) -> Bool {
    (primaryKey.map { $0.covers(columns) } ?? false)
      || uniqueKeys.contains { $0.isTotal && $0.covers(columns) }
  }
}
