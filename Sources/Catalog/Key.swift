import JSON

/// A primary key, a unique constraint or a unique index.
package struct Key: Hashable, Sendable {
  /// Of the index.
  package var oid: UInt32
  package var name: String
  /// In the order of the index; those of its expressions are not among them.
  package var columns: [String]
  /// Whether it was declared as a constraint, and not only as an index.
  package var isConstraint: Bool
  /// Whether no two rows agree on the columns: the index has no condition and no expressions.
  package var isTotal: Bool

  package init(
    oid: UInt32 = 0,
    name: String,
    columns: [String],
    isConstraint: Bool = true,
    isTotal: Bool = true
  ) {
    self.oid = oid
    self.name = name
    self.columns = columns
    self.isConstraint = isConstraint
    self.isTotal = isTotal
  }

  /// Whether these are its columns, in any order.
  package func covers(_ columns: [String]) -> Bool {
    self.columns.isPermutation(of: columns)
  }
}

/// A foreign key: each column refers to the target column of the same index.
package struct ForeignKey: Hashable, Sendable {
  package var oid: UInt32
  package var name: String
  package var columns: [String]
  package var target: TableName
  package var targetColumns: [String]

  package init(
    oid: UInt32 = 0,
    name: String,
    columns: [String],
    target: TableName,
    targetColumns: [String]
  ) {
    self.oid = oid
    self.name = name
    self.columns = columns
    self.target = target
    self.targetColumns = targetColumns
  }

  /// Whether these are its columns, in any order.
  package func covers(_ columns: [String]) -> Bool {
    self.columns.isPermutation(of: columns)
  }
}

extension [String] {
  /// Whether both hold the same names; keys name no column twice.
  func isPermutation(of other: [String]) -> Bool {
    count == other.count
      && allSatisfy { name in other.contains { $0.hasSameBytes(as: name) } }
      && other.allSatisfy { name in contains { $0.hasSameBytes(as: name) } }
  }
}
