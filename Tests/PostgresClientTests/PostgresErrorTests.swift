import Testing

@testable import PostgresClient

struct PostgresErrorTests {
  @Test func carriesEveryFieldTheServerSends() async throws {
    let setUp = "CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0))"
    try await PoolFixture.with(setUp) { fixture async throws in
      let batch = QueryBatch(PreparedQuery("INSERT INTO t VALUES ($1::int)"), Parameters("-1"))
      var expected = PostgresError(
        kind: .server,
        sqlstate: "23514",
        message: #"new row for relation "t" violates check constraint "positive""#
      )
      expected.detail = "Failing row contains (-1)."
      expected.schema = "public"
      expected.table = "t"
      expected.constraint = "positive"
      expected.routine = "ExecConstraints"
      expected.statement = 0
      #expect(try await fixture.error(of: batch, access: .write) == expected)
    }
  }

  @Test func tellsWhereInTheTextAndInWhichStatement() async throws {
    try await PoolFixture.with { fixture async throws in
      var batch = QueryBatch(PreparedQuery("SELECT 1"))
      batch.append(PreparedQuery("SELECT nonsense"))
      var expected = PostgresError(
        kind: .server,
        sqlstate: "42703",
        message: #"column "nonsense" does not exist"#
      )
      expected.position = 8
      expected.routine = "errorMissingColumn"
      expected.statement = 1
      #expect(try await fixture.error(of: batch) == expected)
      // The connection is as good as before, and does not take the statement for prepared.
      #expect(try await fixture.error(of: batch) == expected)
      #expect(try await fixture.rows("SELECT 1") == [["1"]])
    }
  }

  @Test func tellsHintsAndContexts() async throws {
    try await PoolFixture.with { fixture async throws in
      let sql = #"""
        DO $$ BEGIN
          RAISE 'refused' USING ERRCODE = 'AP001', DETAIL = 'so', HINT = 'not so', COLUMN = 'c',
            DATATYPE = 'd';
        END $$
        """#
      var expected = PostgresError(kind: .server, sqlstate: "AP001", message: "refused")
      expected.detail = "so"
      expected.hint = "not so"
      expected.column = "c"
      expected.dataType = "d"
      expected.context = "PL/pgSQL function inline_code_block line 2 at RAISE"
      expected.routine = "exec_stmt_raise"
      expected.statement = 0
      #expect(try await fixture.error(of: QueryBatch(sql: sql)) == expected)
    }
  }

  @Test func refusesWhatTheProtocolCannotCarry() async throws {
    try await PoolFixture.with { fixture async throws in
      let query = PreparedQuery("SELECT $1")
      var expected = PostgresError(
        kind: .server,
        sqlstate: "22021",
        message: #"invalid byte sequence for encoding "UTF8": 0x00"#
      )
      expected.statement = 0
      let error = try await fixture.error(of: QueryBatch(query, Parameters("a\0b")))
      #expect(error == expected)
      var parameters = Parameters()
      for _ in 0..<65_536 { parameters.appendNull() }
      #expect(try await fixture.error(of: QueryBatch(query, parameters)).sqlstate == "54000")
      let invalid = Parameters(bytes: [0xFF])
      #expect(try await fixture.error(of: QueryBatch(query, invalid)).sqlstate == "22021")
      #expect(
        try await fixture.error(of: QueryBatch(sql: "SELECT 1; SELECT 2")).sqlstate == "42601"
      )
      #expect(try await fixture.error(of: QueryBatch(sql: "COPY t TO STDOUT")).statement == 0)
    }
  }

  @Test func tellsUnreachableDatabasesFromErrors() async throws {
    try await PoolFixture.with(configure: { $0.target["dbname"] = "absent" }) {
      fixture async throws in
      let error = try await fixture.error(of: QueryBatch(sql: "SELECT 1"))
      #expect(error.kind == .connection && error.sqlstate == .cannotConnect)
      #expect(error.message.hasSuffix(#"FATAL:  database "absent" does not exist"#))
      #expect(error.isRetriable && !error.isOutcomeUnknown)
    }
  }

  @Test func sparesTimeoutsTheServerSets() async throws {
    try await PoolFixture.with(configure: { $0.statementTimeout = .milliseconds(50) }) {
      fixture async throws in
      let error = try await fixture.error(of: QueryBatch(sql: "SELECT pg_sleep(60)"))
      #expect(error.kind == .server && error.sqlstate == .queryCanceled)
      #expect(error.message == "canceling statement due to statement timeout")
    }
  }
}

extension Parameters {
  init(bytes: [UInt8]) {
    self.init()
    append(text: bytes)
  }
}
