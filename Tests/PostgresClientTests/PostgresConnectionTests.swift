import PostgresClient
import TestSupport
import Testing

struct PostgresConnectionTests {
  @Test func runsTextWithSeveralStatements() async throws {
    try await PoolFixture.with { fixture async throws in
      let results = try await fixture.pool.withConnection { connection in
        try await connection.simpleQuery(
          "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); TABLE t"
        )
      }
      #expect(results.map(\.commandTag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
      #expect(results[2].rows == [["1"], ["2"]])
      let empty = try await fixture.pool.withConnection { try await $0.simpleQuery("") }
      #expect(empty.map(\.commandTag) == [""])
    }
  }

  @Test func reportsTheErrorOfText() async throws {
    try await PoolFixture.with("CREATE TABLE t (a int)") { fixture async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.pool.withConnection { connection in
          try await connection.simpleQuery("INSERT INTO t VALUES (1); SELECT 1/0; SELECT 2")
        }
      }
      #expect(error?.sqlstate == "22012" && error?.statement == nil)
      let rows = try await fixture.rows("SELECT * FROM t")
      #expect(rows == [])
    }
  }

  @Test func mixesTextAndBatches() async throws {
    try await PoolFixture.with { fixture async throws in
      let query = PreparedQuery("SELECT $1 || '!'")
      let values = try await fixture.pool.withConnection { connection in
        var values: [String?] = []
        for word in ["a", "b"] {
          _ = try await connection.simpleQuery("SELECT 1")
          let results = try await connection.execute(QueryBatch(query, Parameters(word)))
          values.append(results[0].string(0, 0))
        }
        return values
      }
      #expect(values == ["a!", "b!"])
    }
  }

  @Test func commitsATransactionAndRollsBackAFailedOne() async throws {
    try await PoolFixture.with("CREATE TABLE t (a int)") { fixture async throws in
      let insert = PreparedQuery("INSERT INTO t VALUES ($1::int)")
      try await fixture.pool.withTransaction { connection in
        _ = try await connection.execute(QueryBatch(insert, Parameters("1")))
        _ = try await connection.execute(QueryBatch(insert, Parameters("2")))
      }
      await #expect(throws: TestFailure.self) {
        try await fixture.pool.withTransaction { connection in
          _ = try await connection.execute(QueryBatch(insert, Parameters("3")))
          throw TestFailure("on purpose")
        }
      }
      let swallowed = await #expect(throws: PostgresError.self) {
        try await fixture.pool.withTransaction { connection in
          _ = try await connection.execute(QueryBatch(insert, Parameters("4")))
          _ = try? await connection.execute(QueryBatch(insert, Parameters("x")))
        }
      }
      #expect(swallowed?.sqlstate == "25P02")
      #expect(try await fixture.rows("SELECT * FROM t ORDER BY a") == [["1"], ["2"]])
    }
  }

  @Test func leavesNothingToTheNextUser() async throws {
    try await PoolFixture.with(
      PoolFixture.ownLocks,
      configure: { $0.maximumWriteConnections = 1 }
    ) { fixture async throws in
      let query = PreparedQuery("SELECT current_setting('application_name'), pg_backend_pid()")
      let first = try await fixture.pool.execute(QueryBatch(query), access: .write)[0].rows
      try await fixture.pool.withConnection { connection in
        _ = try await connection.simpleQuery(
          "SET application_name = 'x'; SELECT pg_advisory_lock(1); BEGIN; CREATE TEMP TABLE t ()"
        )
      }
      #expect(try await fixture.pool.execute(QueryBatch(query), access: .write)[0].rows == first)
      let left = try await fixture.rows(
        "SELECT to_regclass('t'), (SELECT count(*) FROM own_locks)",
        access: .write
      )
      #expect(left == [[nil, "0"]])
    }
  }

  @Test func copiesRowsIn() async throws {
    try await PoolFixture.with("CREATE TABLE t (a int, b text)") { fixture async throws in
      var next = 0
      let rows = try await fixture.pool.withConnection { connection in
        try await connection.copyIn("COPY t FROM STDIN (FORMAT csv)") {
          guard next < 200 else { return nil }
          next += 1
          // Rows need not end where chunks do.
          let lines = (0..<100).map { "\(next * 100 + $0),\(String(repeating: "x", count: 200))\n" }
          return Array(lines.joined().utf8)
        }
      }
      #expect(rows == 20_000)
      #expect(
        try await fixture.rows("SELECT count(*), min(a), max(a), max(length(b)) FROM t")
          == [["20000", "100", "20099", "200"]]
      )
    }
  }

  @Test func copiesNothingWhenTheSourceOrTheDataFails() async throws {
    try await PoolFixture.with("CREATE TABLE t (a int)") { fixture async throws in
      var chunks = [Array("1\n".utf8)]
      await #expect(throws: TestFailure.self) {
        try await fixture.pool.withConnection { connection in
          _ = try? await connection.copyIn("COPY t FROM STDIN") {
            if chunks.isEmpty { throw TestFailure("on purpose") }
            return chunks.removeLast()
          }
          // The connection is of use again.
          let alive = try await connection.simpleQuery("SELECT 1")
          #expect(alive[0].rows == [["1"]])
          throw TestFailure("on purpose")
        }
      }
      var bad: [[UInt8]] = [Array("x\n".utf8)]
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.pool.withConnection { connection in
          try await connection.copyIn("COPY t FROM STDIN") { bad.popLast() }
        }
      }
      #expect(error?.sqlstate == "22P02" && error?.context == #"COPY t, line 1, column a: "x""#)
      let none = await #expect(throws: PostgresError.self) {
        try await fixture.pool.withConnection { connection in
          try await connection.copyIn("SELECT 1") { nil }
        }
      }
      #expect(none?.kind == .misuse)
      let rows = try await fixture.rows("SELECT * FROM t")
      #expect(rows == [])
    }
  }

  @Test func refusesAConnectionThatWasGivenBack() async throws {
    try await PoolFixture.with { fixture async throws in
      let kept = try await fixture.pool.withConnection { $0 }
      let error = await #expect(throws: PostgresError.self) {
        try await kept.execute(QueryBatch(sql: "SELECT 1"))
      }
      #expect(error?.kind == .misuse)
    }
  }

  @Test func takesCopyOutOfTextForAMistake() async throws {
    try await PoolFixture.with("CREATE TABLE t (a int)") { fixture async throws in
      for sql in ["COPY t TO STDOUT", "COPY t FROM STDIN"] {
        let error = await #expect(throws: PostgresError.self) {
          try await fixture.pool.withConnection { try await $0.simpleQuery(sql) }
        }
        #expect(error?.kind == .misuse)
      }
      let rows = try await fixture.rows("SELECT 1", access: .write)
      #expect(rows == [["1"]])
    }
  }
}
