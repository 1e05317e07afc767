/// What a role may read of a table.
///
/// The conditions are of permissions: they are written as ``Predicate/permission(_:)``, so that `$` in
/// them is the row itself and that what they look at is not restricted in its turn.
package struct TableAccess: Hashable, Sendable {
  /// Which rows.
  package var filter: Predicate
  /// How many rows at once.
  package var limit: Int?
  /// The columns whose values are shown in some rows alone, and the condition on those rows.
  ///
  /// An inherited role sees a value where one of its parents does; elsewhere it sees null.
  package var redactions: [Int: Predicate]
  /// The same for computed fields, by their index.
  package var computedRedactions: [Int: Predicate]

  package init(
    filter: Predicate = .always,
    limit: Int? = nil,
    redactions: [Int: Predicate] = [:],
    computedRedactions: [Int: Predicate] = [:]
  ) {
    self.filter = filter
    self.limit = limit
    self.redactions = redactions
    self.computedRedactions = computedRedactions
  }

  /// Every row and every value.
  package static let full = TableAccess()
  /// No row: of tables that permissions may look into and the role may not.
  package static let none = TableAccess(filter: .never)
}
