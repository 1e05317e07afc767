import EventLoop
import PostgresClient
import TestSupport
import Testing

struct PostgresPoolTests {
  @Test func returnsTheResultOfEachStatement() async throws {
    try await PoolFixture.with("CREATE TABLE t (id int, name text)") { fixture async throws in
      let insert = PreparedQuery("INSERT INTO t VALUES ($1::int, $2)")
      var batch = QueryBatch(insert, Parameters("1", "one"))
      batch.append(insert, Parameters("2", nil))
      batch.append(sql: "SELECT id, name, '' AS empty FROM t ORDER BY id")
      batch.append(sql: "SELECT id FROM t WHERE false")
      let results = try await fixture.pool.execute(batch, access: .write)
      #expect(results.map(\.commandTag) == ["INSERT 0 1", "INSERT 0 1", "SELECT 2", "SELECT 0"])
      #expect(results.map(\.affectedRows) == [1, 1, 2, 0])
      #expect(results.map(\.hasRows) == [false, false, true, true])
      #expect(results[2].rows == [["1", "one", ""], ["2", nil, ""]])
      #expect(results[2].isNull(1, 1) && !results[2].isNull(1, 2))
      #expect((0..<3).map { results[2].columnName($0) } == ["id", "name", "empty"])
      #expect((0..<3).map { results[2].columnType($0) } == [23, 25, 25])
      #expect(results[3].rows == [] && results[3].columnCount == 1)
    }
  }

  @Test func readsManyRows() async throws {
    try await PoolFixture.with { fixture async throws in
      let query = PreparedQuery("SELECT i, repeat('x', 100) FROM generate_series(1, $1::int) i")
      let result = try await fixture.pool.execute(QueryBatch(query, Parameters("10000")))[0]
      #expect(result.rowCount == 10_000)
      #expect(result.string(9_999, 0) == "10000")
      #expect(result.cell(9_999, 1)?.count == 100)
      #expect(result.cell(10_000, 0) == nil)
    }
  }

  @Test func sendsValuesLargerThanTheSocketTakes() async throws {
    try await PoolFixture.with { fixture async throws in
      let query = PreparedQuery("SELECT length($1), md5($1)")
      let text = String(repeating: "é", count: 4_000_000)
      let rows = try await fixture.pool.execute(QueryBatch(query, Parameters(text)))[0].rows
      #expect(rows[0][0] == "4000000")
    }
  }

  @Test func givesReadsOneSnapshot() async throws {
    try await PoolFixture.with("CREATE TABLE t (id int); " + PoolFixture.ownLocks) {
      fixture async throws in
      // The first statement lets another session commit before the second one begins.
      var batch = QueryBatch(sql: "SELECT count(*) FROM t")
      batch.append(sql: "SELECT pg_advisory_lock(7), pg_advisory_unlock(7)")
      batch.append(sql: "SELECT count(*) FROM t")
      let reads = batch
      let results = try await fixture.pool.withConnection { writer in
        _ = try await writer.simpleQuery("SELECT pg_advisory_lock(7)")
        async let reading = fixture.pool.execute(reads)
        try await fixture.waitUntil("SELECT EXISTS (SELECT FROM own_locks WHERE NOT granted)")
        _ = try await writer.simpleQuery("INSERT INTO t VALUES (1)")
        _ = try await writer.simpleQuery("SELECT pg_advisory_unlock(7)")
        return try await reading
      }
      #expect(results[0].rows == [["0"]])
      #expect(results[2].rows == [["0"]])
      #expect(try await fixture.rows("SELECT count(*) FROM t") == [["1"]])
    }
  }

  @Test func keepsReadsFromWriting() async throws {
    try await PoolFixture.with("CREATE TABLE t (id int)") { fixture async throws in
      let error = try await fixture.error(of: QueryBatch(sql: "INSERT INTO t VALUES (1)"))
      #expect(error.sqlstate == "25006")
    }
  }

  @Test func undoesTheWholeBatchOnAnError() async throws {
    try await PoolFixture.with("CREATE TABLE t (id int PRIMARY KEY)") { fixture async throws in
      var batch = QueryBatch(sql: "INSERT INTO t VALUES (1)")
      batch.append(sql: "INSERT INTO t VALUES (1)")
      batch.append(sql: "INSERT INTO t VALUES (2)")
      let error = try await fixture.error(of: batch, access: .write)
      #expect(error.sqlstate == .uniqueViolation)
      #expect(error.statement == 1)
      #expect(try await fixture.rows("SELECT * FROM t") == [])
    }
  }
  @Test func givesEachStatementItsOwnAnswerAfterACommitThatFailed() async throws {
    try await PoolFixture.with(
      "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
      configure: { $0.maximumWriteConnections = 1 },
      { fixture async throws in
        let insert = PreparedQuery("INSERT INTO t VALUES ($1::int) RETURNING id")
        for round in 1...3 {
          var twice = QueryBatch(insert, Parameters("1"))
          twice.append(insert, Parameters("1"))
          let error = try await fixture.error(of: twice, access: .write)
          #expect(error.sqlstate == .uniqueViolation)
          #expect(error.statement == nil)
          // None of these is prepared yet, and each tells which it is.
          var batch = QueryBatch()
          for number in 0..<3 { batch.append(PreparedQuery("SELECT \(round), \(number)")) }
          let results = try await fixture.pool.execute(batch, access: .write)
          #expect(results.map(\.rows) == (0..<3).map { [["\(round)", "\($0)"]] })
        }
      }
    )
  }

  @Test(arguments: Access.allCases)
  func givesOldConnectionsUpWhenTheyAreAtRest(access: Access) async throws {
    try await PoolFixture.with {
      // So long that a connection is not old already when it has answered for the first time.
      $0.lifetime = .seconds(3)
      $0.maximumQuickConnections = 1
    } _: { fixture in
      func process() async throws -> [[String?]] {
        try await fixture.rows("select pg_backend_pid()", access: access)
      }
      let first = try await process()
      try await fixture.loop.sleep(for: .seconds(4))
      // It serves once more, and then gives way.
      #expect(try await process() == first)
      #expect(try await process() != first)
    }
  }

  @Test func givesOldConnectionsUpThatAreNeverAtRest() async throws {
    try await PoolFixture.with {
      $0.lifetime = .milliseconds(200)
      $0.maximumQuickConnections = 1
    } _: { fixture in
      let pool = fixture.pool
      // Always two under way, so that the one that they share has something to do all the time.
      let processes = try await withThrowingTaskGroup(of: Set<String>.self) { group in
        for _ in 0..<2 {
          group.addTask {
            var processes: Set<String> = []
            let end = ContinuousClock.now + .milliseconds(900)
            while ContinuousClock.now < end {
              let batch = QueryBatch(sql: "select pg_backend_pid() from pg_sleep(0.005)")
              let rows = try await pool.execute(batch, access: .quickRead)[0]
              processes.insert(rows.string(0, 0) ?? "")
            }
            return processes
          }
        }
        return try await group.reduce(into: Set()) { $0.formUnion($1) }
      }
      #expect(processes.count > 1)
    }
  }
}
