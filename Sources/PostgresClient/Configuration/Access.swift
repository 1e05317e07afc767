/// What a request may do to the database, and so which connections serve it.
package enum Access: Hashable, Sendable, CaseIterable {
  /// Read only, one snapshot for all statements of a batch.
  case read
  /// Read committed; changes are allowed.
  case write
}
