import JSON

/// A primary key or a unique constraint.
package struct Key: Hashable, Sendable {
  package var oid: UInt32
  package var name: String
  /// In the order of the constraint.
  package var columns: [String]

  package init(oid: UInt32 = 0, name: String, columns: [String]) {
    self.oid = oid
    self.name = name
    self.columns = columns
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
