package import Catalog

/// A field of a table that leads to rows of another.
package struct Relationship: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case object
    case array
  }

  package struct ColumnPair: Hashable, Sendable {
    package var local: String
    package var remote: String

    package init(local: String, remote: String) {
      self.local = local
      self.remote = remote
    }
  }

  package enum InsertionOrder: String, Hashable, Sendable {
    case beforeParent = "before_parent"
    case afterParent = "after_parent"
  }

  package enum Using: Hashable, Sendable {
    /// The foreign key over these columns of the table itself.
    case foreignKey(columns: [String])
    /// The foreign key over these columns of another table, which refers to this one.
    case foreignKeyOn(table: TableName, columns: [String])
    /// No foreign key is needed: the pairs say which columns are equal.
    case manual(
      remoteTable: TableName,
      columnMapping: [ColumnPair],
      insertionOrder: InsertionOrder?
    )
    /// The same to the rows of a native query of the source.
    case nativeQuery(
      String,
      columnMapping: [ColumnPair],
      insertionOrder: InsertionOrder?
    )
  }

  package var name: String
  package var using: Using
  package var comment: String?

  package init(name: String, using: Using, comment: String? = nil) {
    self.name = name
    self.using = using
    self.comment = comment
  }
}
