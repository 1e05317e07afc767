import SQLCompiler

/// What a remote relationship asks of the other table, for all rows of a level at once.
struct RemoteRequest: Sendable {
  /// What is written for a row that nothing belongs to, since a part of its key is NULL.
  enum Absence: Sendable {
    case null
    case emptyList
    /// The aggregates of no rows, which the other database tells.
    case asked

    var text: String { self == .emptyList ? "[]" : "null" }
  }

  var keys: KeyTable
  /// The relationship of the keys' table.
  var value: FieldRequest
  var absence: Absence
  /// The index of the other table.
  var target: Int
}
