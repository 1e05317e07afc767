import PostgresClient
import TestSupport
import Testing

/// Tasks that are cancelled while the database works for them.
struct CancellationTests {
  /// Whether some statement of the database sleeps.
  private let isAsleep = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%'
        AND pid <> pg_backend_pid())
    """
  private let isNobodyAsleep = """
    SELECT NOT EXISTS (SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%'
        AND pid <> pg_backend_pid())
    """

  @Test(arguments: Access.allCases)
  func cancelsTheStatementInTheServer(access: Access) async throws {
    try await PoolFixture.with(configure: { $0.limitToOneConnection() }) {
      fixture async throws in
      let asleep = fixture.start(QueryBatch(sql: "SELECT pg_sleep(600)"), access)
      try await fixture.waitUntil(isAsleep)
      asleep.cancel()
      #expect(await asleep.value == .cancelled)
      try await fixture.waitUntil(isNobodyAsleep)
      // The same connection serves on.
      #expect(try await fixture.rows("SELECT 1", access: access) == [["1"]])
      #expect(await fixture.pool.statistics(access).open == 1)
    }
  }

  @Test func cancelsAStatementOfALease() async throws {
    try await PoolFixture.with(configure: { $0.limitToOneConnection() }) {
      fixture async throws in
      let asleep = Task {
        try await fixture.pool.withTransaction { connection in
          _ = try await connection.simpleQuery("SELECT pg_sleep(600)")
        }
      }
      try await fixture.waitUntil(isAsleep)
      asleep.cancel()
      await #expect(throws: PostgresError.cancelled) { try await asleep.value }
      try await fixture.waitUntil(isNobodyAsleep)
      #expect(try await fixture.rows("SELECT 1", access: .write) == [["1"]])
    }
  }

  @Test func letsACancelledRequestLeaveTheQueue() async throws {
    try await PoolFixture.with(configure: { $0.limitToOneConnection() }) {
      fixture async throws in
      let asleep = fixture.start(QueryBatch(sql: "SELECT pg_sleep(600)"), .read)
      try await fixture.waitUntil(isAsleep)
      let waiting = fixture.start(QueryBatch(sql: "SELECT 1"), .read)
      try await fixture.waitUntilWaiting(1)
      waiting.cancel()
      #expect(await waiting.value == .cancelled)
      #expect(await fixture.pool.statistics(.read).waiting == 0)
      asleep.cancel()
      #expect(await asleep.value == .cancelled)
    }
  }

  @Test func sendsNothingForATaskThatIsCancelledAlready() async throws {
    try await PoolFixture.with { fixture async throws in
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return await fixture.run(QueryBatch(sql: "SELECT 1"), .read)
      }
      task.cancel()
      #expect(await task.value == .cancelled)
      #expect(await fixture.pool.statistics(.read).open == 0)
    }
  }

  @Test func survivesCancellationAtAnyMoment() async throws {
    try await PoolFixture.with(configure: { $0.maximumReadConnections = 2 }) {
      fixture async throws in
      let query = PreparedQuery("SELECT pg_sleep(0.001)")
      for round in 0..<40 {
        let tasks = (0..<4).map { _ in fixture.start(QueryBatch(query), .read) }
        for _ in 0..<(round * 10) { await Task.yield() }
        for task in tasks { task.cancel() }
        for task in tasks {
          let outcome = await task.value
          #expect(outcome == .cancelled || outcome == nil)
        }
        // A cancellation that comes late must not hit the next one.
        #expect(try await fixture.rows("SELECT 1") == [["1"]])
      }
    }
  }
}

extension PostgresConfiguration {
  mutating func limitToOneConnection() {
    maximumReadConnections = 1
    maximumWriteConnections = 1
  }
}

extension PoolFixture {
  /// Runs a batch in a task of its own; its value is the error, nil for success.
  func start(_ batch: QueryBatch, _ access: Access) -> Task<PostgresError?, Never> {
    Task { await run(batch, access) }
  }

  /// Runs a batch; the error, nil for success.
  func run(_ batch: QueryBatch, _ access: Access) async -> PostgresError? {
    do throws(PostgresError) {
      _ = try await pool.execute(batch, access: access)
      return nil
    } catch {
      return error
    }
  }

  /// Comes back when so many requests wait for a connection.
  func waitUntilWaiting(_ count: Int, _ access: Access = .read) async throws {
    for _ in 0..<2_000 {
      if await pool.statistics(access).waiting == count { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw TestFailure("\(count) requests never waited")
  }
}
