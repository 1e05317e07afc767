/// Why PostgreSQL, or the way to it, did not do what was asked.
package struct PostgresError: Error, Hashable, Sendable {
  /// Where the request ended.
  package enum Kind: Hashable, Sendable {
    /// The server answered with an error: its fields are below.
    case server
    /// There is no connection, or it broke: another try may succeed.
    case connection
    /// All connections stayed busy for as long as a request may wait.
    case poolTimeout
    /// More requests wait than the pool lets wait.
    case queueFull
    /// The task that asked was cancelled; the server was told so.
    case cancelled
    /// The pool was closed.
    case closed
    /// The caller's own mistake: a malformed URL, an unbalanced use of the connection.
    case misuse
  }

  package var kind: Kind
  package var sqlstate: SQLState
  /// `ERROR`, `FATAL` or `PANIC`, never translated.
  package var severity = "ERROR"
  package var message: String
  package var detail: String?
  package var hint: String?
  /// Where in the statement's text, counted in characters from one.
  package var position: Int?
  /// The text of a statement that PostgreSQL made itself, with the place in it.
  package var internalQuery: String?
  package var internalPosition: Int?
  /// The call stack: functions and statements, the innermost first.
  package var context: String?
  package var schema: String?
  package var table: String?
  package var column: String?
  package var dataType: String?
  package var constraint: String?
  /// The function of PostgreSQL's own source that refused; not translated, unlike the message.
  package var routine: String?
  /// Which statement of the batch failed, counted from zero.
  package var statement: Int?
  /// Whether a transaction may have been committed although no answer came; never tried again.
  package var isOutcomeUnknown = false

  package init(kind: Kind, sqlstate: SQLState, message: String) {
    self.kind = kind
    self.sqlstate = sqlstate
    self.message = message
  }
}

extension PostgresError {
  /// Whether the same request may succeed a moment later, and cannot have happened already.
  package var isRetriable: Bool {
    switch kind {
    case .connection: !isOutcomeUnknown
    case .poolTimeout, .queueFull: true
    case .server:
      // Serialization failure and deadlock; the server on its way down or up; out of resources.
      ["40001", "40P01", "57P01", "57P02", "57P03"].contains(sqlstate)
        || sqlstate.classCode == "53"
    case .cancelled, .closed, .misuse: false
    }
  }

  /// Whether it is about the database's being away or busy, and not about what was asked.
  package var isPassing: Bool { kind != .server || isRetriable }

  package static func connection(
    _ message: String,
    sqlstate: SQLState = .connectionFailure
  ) -> Self {
    PostgresError(kind: .connection, sqlstate: sqlstate, message: message)
  }

  /// What the end of a connection means for a request that was on its way.
  ///
  /// When the server says that it ends the session, as it shuts down or after a crash, it has done
  /// nothing; when it says nothing, a change may have been committed.
  func asEnd(of request: Request, isLeased: Bool) -> Self {
    var error = self
    let isGoodbye = sqlstate.classCode == "57"
    if isGoodbye { error.kind = .connection }
    let isInOpenTransaction = isLeased && request.isInTransaction && !request.isCommit
    if request.access == .write && !isGoodbye && kind == .connection && !isInOpenTransaction {
      error.isOutcomeUnknown = true
    }
    return error
  }

  static func misuse(_ message: String) -> Self {
    PostgresError(kind: .misuse, sqlstate: .protocolViolation, message: message)
  }

  package static let cancelled = PostgresError(
    kind: .cancelled,
    sqlstate: .queryCanceled,
    message: "the request was cancelled"
  )

  package static let closed = PostgresError(
    kind: .closed,
    sqlstate: .connectionException,
    message: "the connection pool is closed"
  )

  package static let poolTimeout = PostgresError(
    kind: .poolTimeout,
    sqlstate: .tooManyConnections,
    message: "no database connection came free in time"
  )

  package static let queueFull = PostgresError(
    kind: .queueFull,
    sqlstate: .tooManyConnections,
    message: "too many requests wait for a database connection"
  )
}
