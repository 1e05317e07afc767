import EventLoop
import PostgresClient
import TestSupport
import Testing

/// A database of the test's own with a pool on a loop of its own.
struct PoolFixture {
  let database: TestDatabase
  let loop: EventLoop
  let pool: PostgresPool

  /// Runs a test, and ends the pool and the loop however it goes.
  static func with(
    _ setUp: String = "",
    on cluster: TestCluster? = nil,
    configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ test: (PoolFixture) async throws -> Void
  ) async throws {
    let cluster = try cluster ?? TestCluster.shared()
    let database = try cluster.makeDatabase()
    if !setUp.isEmpty { try database.execute(setUp) }
    var configuration = try PostgresConfiguration(url: database.url)
    configure(&configuration)
    let loop = EventLoop.start()
    let fixture = PoolFixture(
      database: database,
      loop: loop,
      pool: PostgresPool(configuration, on: loop)
    )
    do {
      try await test(fixture)
    } catch {
      await fixture.end()
      throw error
    }
    await fixture.end()
  }

  private func end() async {
    await pool.close()
    await loop.shutDown()
  }

  /// The cells of a statement's rows.
  func rows(_ sql: String, access: Access = .read) async throws -> [[String?]] {
    try await pool.execute(QueryBatch(sql: sql), access: access)[0].rows
  }

  /// The error of a batch that must fail.
  func error(of batch: QueryBatch, access: Access = .read) async throws -> PostgresError {
    do throws(PostgresError) {
      _ = try await pool.execute(batch, access: access)
    } catch {
      return error
    }
    throw TestFailure("the batch succeeded")
  }
}

/// A test that cannot go on.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension QueryResult {
  /// All cells, row by row.
  var rows: [[String?]] {
    (0..<rowCount).map { row in (0..<columnCount).map { column in string(row, column) } }
  }
}

extension Parameters {
  /// Values in order, nil for NULL.
  init(_ values: String?...) {
    self.init()
    for value in values {
      if let value { append(text: value) } else { appendNull() }
    }
  }
}

extension PoolFixture {
  /// A view of the advisory locks of the database, where PostgreSQL's own shows the whole cluster's.
  static let ownLocks = """
    CREATE VIEW own_locks AS SELECT l.* FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND d.datname = current_database()
    """

  /// Asks, on a connection apart from the pool, until a condition holds.
  func waitUntil(_ condition: String) async throws {
    for _ in 0..<2_000 {
      if try database.execute(condition) == [["t"]] { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw TestFailure("never came true: \(condition)")
  }
}
