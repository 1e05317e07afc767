import PostgresClient
import TestSupport
import Testing

/// Prepared statements on real connections.
struct StatementTests {
  private let names = "SELECT count(*) FROM pg_prepared_statements"

  @Test func keepsNoMoreStatementsThanAllowed() async throws {
    try await PoolFixture.with(
      configure: {
        $0.maximumReadConnections = 1
        $0.maximumPreparedStatements = 3
      },
      { fixture async throws in
        let queries = (0..<5).map { PreparedQuery("SELECT \($0) + $1::int") }
        for _ in 0..<2 {
          for (index, query) in queries.enumerated() {
            let result = try await fixture.pool.execute(QueryBatch(query, Parameters("10")))[0]
            #expect(result.rows == [["\(index + 10)"]])
          }
        }
        #expect(try await fixture.rows(names) == [["3"]])
        var all = QueryBatch(queries[0], Parameters("1"))
        for query in queries + queries { all.append(query, Parameters("1")) }
        #expect(
          try await fixture.pool.execute(all).map { $0.string(0, 0) }
            == ["1", "1", "2", "3", "4", "5", "1", "2", "3", "4", "5"]
        )
      }
    )
  }

  @Test func preparesAnewAfterTheTableHasChanged() async throws {
    let setUp = "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"
    try await PoolFixture.with(setUp) { fixture async throws in
      let query = PreparedQuery("SELECT * FROM t")
      for access in Access.allCases {
        #expect(
          try await fixture.pool.execute(QueryBatch(query), access: access)[0].rows == [["1"]]
        )
      }
      try fixture.database.execute("ALTER TABLE t ADD b text DEFAULT 'x'")
      for access in Access.allCases {
        let result = try await fixture.pool.execute(QueryBatch(query), access: access)[0]
        #expect(result.rows == [["1", "x"]])
      }
    }
  }

  @Test func preparesAnewAfterATypeWasMadeAgain() async throws {
    try await PoolFixture.with("CREATE TYPE mood AS ENUM ('calm')") { fixture async throws in
      var parameters = Parameters()
      parameters.append(text: "calm")
      var batch = QueryBatch()
      batch.append(PreparedQuery("SELECT ($1::mood)::text"), parameters)
      for _ in 0..<2 {
        for access in Access.allCases {
          #expect(try await fixture.pool.execute(batch, access: access)[0].rows == [["calm"]])
        }
        try fixture.database.execute("DROP TYPE mood; CREATE TYPE mood AS ENUM ('calm')")
      }
    }
  }

  /// Whichever connection a try comes to: all of them know the type that is gone.
  @Test func preparesAnewOnEveryConnection() async throws {
    try await PoolFixture.with(
      "CREATE TYPE mood AS ENUM ('calm')",
      configure: { $0.maximumReadConnections = 3 },
      { fixture async throws in
        var parameters = Parameters()
        parameters.append(text: "calm")
        var batch = QueryBatch()
        batch.append(PreparedQuery("SELECT ($1::mood)::text FROM pg_sleep(0.2)"), parameters)
        let (pool, statements) = (fixture.pool, batch)
        for _ in 0..<2 {
          async let first = pool.execute(statements)[0].rows
          async let second = pool.execute(statements)[0].rows
          async let third = pool.execute(statements)[0].rows
          #expect(try await [first, second, third] == [[["calm"]], [["calm"]], [["calm"]]])
          try fixture.database.execute("DROP TYPE mood; CREATE TYPE mood AS ENUM ('calm')")
          #expect(try await pool.execute(statements)[0].rows == [["calm"]])
        }
      }
    )
  }

  @Test func preparesAnewWhatTheSessionHasLost() async throws {
    try await PoolFixture.with(configure: { $0.maximumReadConnections = 1 }) {
      fixture async throws in
      let query = PreparedQuery("SELECT 1")
      #expect(try await fixture.pool.execute(QueryBatch(query))[0].rows == [["1"]])
      _ = try await fixture.pool.execute(QueryBatch(sql: "DEALLOCATE ALL"))
      #expect(try await fixture.pool.execute(QueryBatch(query))[0].rows == [["1"]])
      #expect(try await fixture.rows(names) == [["1"]])
    }
  }

  @Test func worksWithoutStateInTheSession() async throws {
    try await PoolFixture.with(
      "CREATE TABLE t (a int)",
      configure: {
        $0.route = .transactionPooler
        $0.maximumReadConnections = 1
        $0.maximumWriteConnections = 1
        $0.statementTimeout = .seconds(7)
      },
      { fixture async throws in
        let insert = PreparedQuery("INSERT INTO t VALUES ($1::int)")
        let results = try await fixture.pool.execute(
          QueryBatch(insert, Parameters("1")),
          access: .write
        )
        #expect(results.map(\.commandTag) == ["INSERT 0 1"])
        var read = QueryBatch(PreparedQuery("SELECT a FROM t WHERE a = $1::int"), Parameters("1"))
        read.append(
          sql: """
            SELECT current_setting('statement_timeout'), current_setting('transaction_read_only'),
              current_setting('transaction_isolation'), (SELECT count(*) FROM pg_prepared_statements)
            """
        )
        #expect(
          try await fixture.pool.execute(read).map(\.rows)
            == [[["1"]], [["7s", "on", "repeatable read", "0"]]]
        )
        let error = try await fixture.error(of: QueryBatch(insert, Parameters("x")), access: .write)
        #expect(error.sqlstate == "22P02" && error.statement == 0)
        try await fixture.pool.withTransaction { connection in
          _ = try await connection.execute(QueryBatch(insert, Parameters("2")))
          let timeout = try await connection.execute(QueryBatch(sql: "SHOW statement_timeout"))
          #expect(timeout[0].rows == [["7s"]])
        }
        #expect(try await fixture.rows("SELECT count(*) FROM t", access: .write) == [["2"]])
        // Nothing of all this was left in the session.
        let left = try await fixture.pool.withConnection { connection in
          try await connection.simpleQuery("SHOW statement_timeout")
        }
        #expect(left[0].rows == [["0"]])
      }
    )
  }

  @Test func setsWhatTheEncoderReliesOn() async throws {
    try await PoolFixture.with { fixture async throws in
      let sql = """
        SELECT timestamp '2024-02-03 04:05:06.5', '\\xff00'::bytea, 0.1::float8,
          current_setting('jit'), current_setting('client_encoding')
        """
      #expect(
        try await fixture.rows(sql) == [
          ["2024-02-03 04:05:06.5", #"\xff00"#, "0.1", "off", "UTF8"]
        ]
      )
    }
  }
}
