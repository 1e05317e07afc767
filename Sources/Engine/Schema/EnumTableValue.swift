/// A row of an enum table: a value of the GraphQL enum that the table makes.
package struct EnumTableValue: Hashable, Sendable {
  /// The primary key.
  package var key: String
  /// The other column, where the table has one.
  package var comment: String?

  package init(key: String, comment: String? = nil) {
    self.key = key
    self.comment = comment
  }
}
