/// A member whose value another statement fetches, which may be for another database.
///
/// The statement is made of what the rows have in some columns; the caller runs it for all rows of a
/// level together and writes what it gives.
package struct RemoteField: Hashable, Sendable {
  /// What a column's value is sent to the other statement as.
  package enum KeyForm: Hashable, Sendable {
    /// PostgreSQL's own text.
    case text
    /// The text that the value has in JSON, without quotes.
    case json
  }

  package struct Key: Hashable, Sendable {
    package var column: Int
    package var form: KeyForm

    package init(column: Int, form: KeyForm) {
      self.column = column
      self.form = form
    }
  }

  /// What the caller knows it by.
  package var index: Int
  package var keys: [Key]

  package init(index: Int, keys: [Key]) {
    self.index = index
    self.keys = keys
  }
}
