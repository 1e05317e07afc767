import Engine
import JSON
import PostgresClient
import Testing

@Suite struct HasuraErrorPostgresTests {
  private func server(_ sqlstate: SQLState, _ message: String = "m") -> PostgresError {
    PostgresError(kind: .server, sqlstate: sqlstate, message: message)
  }

  @Test(
    arguments: [
      ("23505", .constraintViolation, "Uniqueness violation. m"),
      ("23503", .constraintViolation, "Foreign key violation. m"),
      ("23502", .constraintViolation, "Not-NULL violation. m"),
      (
        "23001", .constraintViolation,
        "Can not delete or update due to data being referred. m"
      ),
      ("23P01", .constraintViolation, "Exclusion violation. m"),
      ("23000", .constraintViolation, "m"),
      ("23514", .permissionError, "Check constraint violation. m"),
      ("22P02", .dataException, "m"),
      ("22012", .dataException, "m"),
      ("22025", .badRequest, "m"),
      ("42704", .constraintError, "m"),
      (
        "42P10", .constraintError,
        "there is no unique or exclusion constraint on target column(s)"
      ),
      ("40001", .concurrentUpdate, "serialization failure due to concurrent update"),
      ("40P01", .concurrentUpdate, "m"),
      ("55P03", .concurrentUpdate, "m"),
    ] as [(SQLState, HasuraError.Code, String)]
  )
  func namesWhatTheClientCanMend(
    sqlstate: SQLState,
    code: HasuraError.Code,
    message: String
  ) {
    #expect(HasuraError(server(sqlstate)) == HasuraError(code, message))
  }

  @Test func hidesEverythingElseBehindDetails() {
    var error = server("42703", "column \"x\" does not exist")
    error.hint = "Perhaps you meant y."
    #expect(
      HasuraError(error, statement: "select x")
        == HasuraError(
          .unexpected,
          "database query error",
          internal: [
            "statement": "select x",
            "prepared": true,
            "error": [
              "exec_status": "FatalError",
              "hint": "Perhaps you meant y.",
              "message": "column \"x\" does not exist",
              "status_code": "42703",
              "description": nil,
            ],
            "arguments": [],
          ]
        )
    )
  }

  @Test func answersAFailedRunSQLWithItsStatement() {
    #expect(
      HasuraError.runSQL(server("42P01", "relation \"t\" does not exist"), statement: "select 1")
        == HasuraError(
          .postgresError,
          "query execution failed",
          httpStatus: 400,
          internal: [
            "statement": "select 1",
            "prepared": false,
            "error": [
              "exec_status": "FatalError",
              "hint": nil,
              "message": "relation \"t\" does not exist",
              "status_code": "42P01",
              "description": nil,
            ],
            "arguments": [],
          ]
        )
    )
  }

  @Test(
    arguments: [
      (.connection, "08006", .postgresError, "connection error"),
      (
        .connection, "53300", .postgresMaxConnectionsError,
        "max connections reached on postgres"
      ),
      (
        .poolTimeout, "53300", .postgresMaxConnectionsError,
        "max connections reached on postgres"
      ),
      (
        .queueFull, "53300", .postgresMaxConnectionsError,
        "max connections reached on postgres"
      ),
      (.closed, "08000", .postgresError, "connection error"),
      (.misuse, "08P01", .postgresError, "postgres tx error"),
    ] as [(PostgresError.Kind, SQLState, HasuraError.Code, String)]
  )
  func tellsAMissingDatabaseFromARefusal(
    kind: PostgresError.Kind,
    sqlstate: SQLState,
    code: HasuraError.Code,
    message: String
  ) {
    let error = PostgresError(kind: kind, sqlstate: sqlstate, message: "no route")
    #expect(HasuraError(error) == HasuraError(code, message, internal: "no route"))
  }
}
