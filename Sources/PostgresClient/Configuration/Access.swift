/// What a request may do to the database, and so which connections serve it.
package enum Access: Hashable, Sendable, CaseIterable {
  /// Read only, one snapshot for all statements of a batch.
  case read
  /// A read that is known to be quick, such as a look-up by key.
  ///
  /// Such reads share few connections, where they are sent behind each other: the server goes from
  /// one to the next without a pause. There it plans a statement once for all values.
  case quickRead
  /// Read committed; changes are allowed.
  case write

  var isRead: Bool { self != .write }
}
