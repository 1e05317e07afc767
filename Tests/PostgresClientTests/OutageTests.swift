import EventLoop
import PostgresClient
import TestSupport
import Testing

/// Databases that go away and come back, and pools that are full.
struct OutageTests {
  private let isAsleep = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep')
    """

  @Test func turnsAwayMoreThanMayWait() async throws {
    try await PoolFixture.with(
      configure: {
        $0.limitToOneConnection()
        $0.maximumWaiting = 1
        $0.waitTimeout = .seconds(600)
      },
      { fixture async throws in
        let asleep = fixture.start(QueryBatch(sql: "SELECT pg_sleep(600)"), .read)
        try await fixture.waitUntil(isAsleep)
        let waiting = fixture.start(QueryBatch(sql: "SELECT 1"), .read)
        try await fixture.waitUntilWaiting(1)
        #expect(try await fixture.error(of: QueryBatch(sql: "SELECT 1")) == .queueFull)
        // Writes have connections of their own.
        #expect(try await fixture.rows("SELECT 1", access: .write) == [["1"]])
        asleep.cancel()
        #expect(await asleep.value == .cancelled)
        #expect(await waiting.value == nil)
      }
    )
  }

  @Test func letsNobodyWaitForever() async throws {
    try await PoolFixture.with(
      configure: {
        $0.limitToOneConnection()
        $0.waitTimeout = .milliseconds(20)
      },
      { fixture async throws in
        // The first request may itself have to wait too long for the connection to be opened.
        while await fixture.run(QueryBatch(sql: "SELECT 1"), .read) != nil {}
        let asleep = fixture.start(QueryBatch(sql: "SELECT pg_sleep(600)"), .read)
        try await fixture.waitUntil(isAsleep)
        #expect(try await fixture.error(of: QueryBatch(sql: "SELECT 1")) == .poolTimeout)
        asleep.cancel()
        #expect(await asleep.value == .cancelled)
      }
    )
  }

  @Test(arguments: [TestCluster.StopMode.fast, .immediate])
  func servesAgainAfterARestartUnderLoad(mode: TestCluster.StopMode) async throws {
    let cluster = try TestCluster.start()
    // The cluster commits asynchronously, and would lose the table when it dies at once.
    let setUp = "SET synchronous_commit = on; CREATE TABLE t (id int)"
    try await PoolFixture.with(setUp, on: cluster) { fixture async throws in
      let query = PreparedQuery("SELECT $1::int + 1")
      let load = (0..<4).map { worker in
        Task {
          var errors: [PostgresError] = []
          var number = 0
          while !Task.isCancelled {
            number += 1
            let batch = QueryBatch(query, Parameters(String(number)))
            do throws(PostgresError) {
              let result = try await fixture.pool.execute(batch)[0]
              guard result.rows == [[String(number + 1)]] else {
                errors.append(PostgresError(kind: .misuse, sqlstate: "XX000", message: "mixed up"))
                break
              }
            } catch {
              // A task that was cancelled is told so; every other error has to be one to try again.
              if error.kind != .cancelled { errors.append(error) }
              try? await Task.sleep(for: .milliseconds(1))
            }
          }
          return errors
        }
      }
      #expect(try await fixture.rows("SELECT 1", access: .write) == [["1"]])
      try cluster.stop(mode)
      let down = try await fixture.error(
        of: QueryBatch(sql: "INSERT INTO t VALUES (1)"),
        access: .write
      )
      #expect(down.kind == .connection)
      try cluster.start()
      // Comes back by itself, sooner than a request waits.
      while await fixture.run(QueryBatch(sql: "SELECT 1"), .read) != nil {
        try await Task.sleep(for: .milliseconds(5))
      }
      while await fixture.run(QueryBatch(sql: "INSERT INTO t VALUES (2)"), .write) != nil {
        try await Task.sleep(for: .milliseconds(5))
      }
      for task in load { task.cancel() }
      for task in load {
        for error in await task.value { #expect(error.kind == .connection && error.isRetriable) }
      }
      #expect(try await fixture.rows("SELECT * FROM t") == [["2"]])
    }
  }

  @Test func repeatsAReadOnceWhenItsConnectionDies() async throws {
    try await PoolFixture.with(PoolFixture.ownLocks) { fixture async throws in
      let read = try await fixture.pool.withConnection { holder in
        _ = try await holder.simpleQuery("SELECT pg_advisory_lock(7)")
        let read = fixture.start(QueryBatch(sql: "SELECT pg_advisory_lock(7)"), .read)
        let waiter = "SELECT pid FROM own_locks WHERE NOT granted"
        try await fixture.waitUntil("SELECT EXISTS (\(waiter))")
        let first = try fixture.database.execute(waiter)[0][0] ?? ""
        try fixture.database.execute("SELECT pg_terminate_backend(\(first))")
        try await fixture.waitUntil("SELECT EXISTS (\(waiter) AND pid <> \(first))")
        return read
      }
      #expect(await read.value == nil)
    }
  }

  @Test func neverRepeatsAWrite() async throws {
    try await PoolFixture.with(
      "CREATE SEQUENCE s",
      configure: { $0.limitToOneConnection() },
      { fixture async throws in
        let asleep = fixture.start(QueryBatch(sql: "SELECT nextval('s'), pg_sleep(600)"), .write)
        try await fixture.waitUntil(isAsleep)
        try fixture.database.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'PgSleep'
          """
        )
        let error = await asleep.value
        // The server said that it ends the session: nothing was committed.
        #expect(error?.kind == .connection && error?.sqlstate == .adminShutdown)
        #expect(error?.isOutcomeUnknown == false)
        #expect(try await fixture.rows("SELECT nextval('s')", access: .write) == [["2"]])
      }
    )
  }

  @Test func servesTwoLoopsAtOnce() async throws {
    try await PoolFixture.with { first async throws in
      let loop = EventLoop.start()
      let second = PostgresPool(first.pool.configuration, on: loop)
      let query = PreparedQuery("SELECT i, $1 || i FROM generate_series(1, 50) i")
      let wrong = await withTaskGroup(of: Int.self) { group in
        for worker in 0..<20 {
          let pool = worker % 2 == 0 ? first.pool : second
          group.addTask {
            var wrong = 0
            for round in 0..<50 {
              let word = "\(worker)/\(round)/"
              let batch = QueryBatch(query, Parameters(word))
              let access = round % 2 == 0 ? Access.quickRead : .read
              let rows = try? await pool.execute(batch, access: access)[0].rows
              if rows != (1...50).map({ ["\($0)", "\(word)\($0)"] }) { wrong += 1 }
            }
            return wrong
          }
        }
        return await group.reduce(0, +)
      }
      #expect(wrong == 0)
      await second.close()
      await loop.shutDown()
    }
  }

  @Test func closesAfterWhatIsUnderWay() async throws {
    try await PoolFixture.with(PoolFixture.ownLocks) { fixture async throws in
      let (read, closing) = try await fixture.pool.withConnection { holder in
        _ = try await holder.simpleQuery("SELECT pg_advisory_lock(7)")
        let read = fixture.start(QueryBatch(sql: "SELECT pg_advisory_lock(7)"), .read)
        try await fixture.waitUntil("SELECT EXISTS (SELECT FROM own_locks WHERE NOT granted)")
        let closing = Task { await fixture.pool.close() }
        while await fixture.run(QueryBatch(sql: "SELECT 1"), .read) != .closed {}
        return (read, closing)
      }
      #expect(await read.value == nil)
      await closing.value
      #expect(await fixture.pool.statistics(.read).open == 0)
      #expect(await fixture.pool.statistics(.write).open == 0)
    }
  }
}
