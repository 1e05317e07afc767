/// A relationship of a tracked table: which columns of it equal which columns of the other.
package struct BoundRelationship: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case object, array
  }

  /// A pair of columns that are equal, by their index in the two tables.
  package struct ColumnPair: Hashable, Sendable {
    package var local: Int
    package var remote: Int

    package init(local: Int, remote: Int) {
      self.local = local
      self.remote = remote
    }
  }

  package var name: String
  package var kind: Kind
  /// The index of the other table in the role's tables.
  package var target: Int
  package var columns: [ColumnPair]
  /// For objects: false only where every row has its other row, by a foreign key over NOT NULL columns.
  package var isNullable: Bool
  /// Whether a unique key of the other table is among the remote columns.
  ///
  /// Then a row has at most one other row. A manual object relationship may well have several: one
  /// of them counts.
  package var targetIsUnique: Bool
  /// For objects: whether a nested insert inserts the other row after this one, which it then
  /// depends on.
  package var isInsertedAfter: Bool
  /// The native query whose rows it leads to, by its index in ``BoundTable/queries``; nil for a table's.
  package var query: Int?

  package init(
    name: String,
    kind: Kind,
    target: Int,
    columns: [ColumnPair],
    isNullable: Bool,
    targetIsUnique: Bool,
    isInsertedAfter: Bool = false,
    query: Int? = nil
  ) {
    self.name = name
    self.kind = kind
    self.target = target
    self.columns = columns
    self.isNullable = isNullable
    self.targetIsUnique = targetIsUnique
    self.isInsertedAfter = isInsertedAfter
    self.query = query
  }

  package var isArray: Bool { kind == .array }
}
