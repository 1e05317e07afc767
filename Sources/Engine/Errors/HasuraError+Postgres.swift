import JSON
package import PostgresClient

extension HasuraError {
  /// What a statement's failure is to the client.
  ///
  /// Violated constraints and bad values are the client's to mend and keep PostgreSQL's words;
  /// anything else is `database query error`, whose details only `internal` has.
  package init(_ error: PostgresError, statement: String? = nil) {
    switch error.kind {
    case .server:
      self = Self.expected(error) ?? Self.unexpected(error, statement)
    case .connection:
      self = Self.connection(error)
    case .poolTimeout, .queueFull:
      self.init(.postgresMaxConnectionsError, "max connections reached on postgres")
      self.internal = .string(error.message)
    case .cancelled:
      self.init(.unexpected, "the request was cancelled")
    case .closed:
      self.init(.postgresError, "connection error", internal: .string(error.message))
    case .misuse:
      self.init(.postgresError, "postgres tx error", internal: .string(error.message))
    }
  }

  /// The errors that a request brings about by itself.
  private static func expected(_ error: PostgresError) -> HasuraError? {
    switch error.sqlstate {
    case "22025": HasuraError(.badRequest, error.message)
    case "23001":
      violation("Can not delete or update due to data being referred. ", error)
    case "23502": violation("Not-NULL violation. ", error)
    case "23503": violation("Foreign key violation. ", error)
    case "23505": violation("Uniqueness violation. ", error)
    case "23514":
      HasuraError(.permissionError, "Check constraint violation. " + error.message)
    case "23P01": violation("Exclusion violation. ", error)
    case "40001":
      HasuraError(.concurrentUpdate, "serialization failure due to concurrent update")
    // Another transaction held a row for longer than statements wait; this one has been undone.
    case "55P03": HasuraError(.concurrentUpdate, error.message)
    case "42704": HasuraError(.constraintError, error.message)
    case "42P10":
      HasuraError(
        .constraintError,
        "there is no unique or exclusion constraint on target column(s)"
      )
    default: expected(class: error.sqlstate.classCode, error)
    }
  }

  private static func expected(class code: Substring, _ error: PostgresError) -> HasuraError? {
    switch code {
    case "22": HasuraError(.dataException, error.message)
    case "23": HasuraError(.constraintViolation, error.message)
    case "40": HasuraError(.concurrentUpdate, error.message)
    default: nil
    }
  }

  private static func violation(_ what: String, _ error: PostgresError) -> HasuraError {
    HasuraError(.constraintViolation, what + error.message)
  }

  private static func connection(_ error: PostgresError) -> HasuraError {
    guard error.sqlstate == .tooManyConnections else {
      return HasuraError(.postgresError, "connection error", internal: .string(error.message))
    }
    return HasuraError(
      .postgresMaxConnectionsError,
      "max connections reached on postgres",
      internal: .string(error.message)
    )
  }

  private static func unexpected(_ error: PostgresError, _ statement: String?) -> HasuraError {
    HasuraError(
      .unexpected,
      "database query error",
      internal: details(of: error, statement: statement, isPrepared: true)
    )
  }

  /// What `run_sql` answers to a statement that fails.
  package static func runSQL(_ error: PostgresError, statement: String) -> HasuraError {
    guard error.kind == .server else { return HasuraError(error) }
    return HasuraError(
      .postgresError,
      "query execution failed",
      httpStatus: 400,
      internal: details(of: error, statement: statement, isPrepared: false)
    )
  }

  /// What `internal` says of a failed statement; arguments are left out, they may be secrets.
  private static func details(
    of error: PostgresError,
    statement: String?,
    isPrepared: Bool
  ) -> JSONValue {
    [
      "statement": statement.map { .string($0) } ?? .null,
      "prepared": .bool(isPrepared),
      "error": [
        "exec_status": "FatalError",
        "hint": error.hint.map { .string($0) } ?? .null,
        "message": .string(error.message),
        "status_code": .string(error.sqlstate.description),
        "description": error.detail.map { .string($0) } ?? .null,
      ],
      "arguments": [],
    ]
  }
}
