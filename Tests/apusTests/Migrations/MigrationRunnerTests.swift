import EventLoop
import PostgresClient
import Resolvers
import Testing
import TestSupport

@testable import apus

struct MigrationRunnerTests {
  @Test func appliesOnceAndTakesBack() async throws {
    try await withDatabase { database, pool in
      let folder = try Folder([
        "0001_a.up.sql": "CREATE TABLE a (x int);", "0001_a.down.sql": "DROP TABLE a;",
        "0002_b.up.sql": "CREATE TABLE b (x int);", "0002_b.down.sql": "DROP TABLE b;",
      ])
      let runner = try folder.runner(pool)
      #expect(try await runner.status().map(\.state) == [.pending, .pending])
      #expect(try await runner.up() == ["0001_a", "0002_b"])
      #expect(try await runner.up() == [])
      #expect(try tables(database) == ["a", "b"])
      #expect(try await runner.down() == ["0002_b"])
      #expect(try tables(database) == ["a"])
      #expect(try await runner.down(9) == ["0001_a"])
      #expect(try tables(database) == [])
      #expect(try await runner.down() == [])
      #expect(try await runner.up() == ["0001_a", "0002_b"])
    }
  }

  @Test func keepsNothingOfAMigrationThatFails() async throws {
    try await withDatabase { database, pool in
      let folder = try Folder([
        "0001_a.up.sql": "CREATE TABLE a (x int);",
        "0002_b.up.sql": "CREATE TABLE b (x int);\n\n-- ü\nINSERT INTO b\n  VALUES (nothing);\n",
      ])
      let runner = try folder.runner(pool)
      let error = await #expect(throws: MigrationError.self) { try await runner.up() }
      #expect(
        error?.description
          == "\(folder.path.text)/0002_b.up.sql:5:11: ERROR 42703:"
          + " column \"nothing\" does not exist (position 55)"
      )
      #expect(try tables(database) == ["a"])
      #expect(try await runner.status().map(\.name) == ["0001_a", "0002_b"])
      #expect(try await runner.status()[1].state == .pending)
    }
  }

  @Test func namesTheStatementWhereAnErrorHasNoPosition() async throws {
    try await withDatabase { database, pool in
      let folder = try Folder([
        "0001_a.up.sql": """
        CREATE TABLE a (x int PRIMARY KEY);
        INSERT INTO a VALUES (1);
          INSERT INTO a VALUES (1);
        """
      ])
      let runner = try folder.runner(pool)
      let error = await #expect(throws: MigrationError.self) { try await runner.up() }
      #expect(
        error?.description == """
          \(folder.path.text)/0001_a.up.sql:3:3: ERROR 23505: duplicate key value violates unique \
          constraint "a_pkey" (position 65)
            detail: Key (x)=(1) already exists.
          """
      )
      #expect(try tables(database) == [])
      // Not even the ledger.
      #expect(try database.execute("SELECT to_regnamespace('apus')") == [[nil]])
    }
  }

  @Test func checksDeferredConstraintsBeforeTheCommit() async throws {
    try await withDatabase { _, pool in
      let folder = try Folder([
        "0001_a.up.sql": """
        CREATE TABLE a (x int PRIMARY KEY, y int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO a VALUES (1, 2);
        """
      ])
      let runner = try folder.runner(pool)
      let error = await #expect(throws: MigrationError.self) { try await runner.up() }
      guard case .failed(let failure) = error?.reason else { return #expect(Bool(false)) }
      #expect(failure.error.sqlstate == "23503")
      #expect(failure.place == SQLScript.Place(line: 2, column: 1))
    }
  }

  @Test func refusesAnEditedMigrationByName() async throws {
    try await withDatabase { database, pool in
      let folder = try Folder(["0001_a.up.sql": "CREATE TABLE a (x int);"])
      _ = try await folder.runner(pool).up()
      try folder.write("0001_a.up.sql", "CREATE TABLE a (x bigint);")
      try folder.write("0002_b.up.sql", "CREATE TABLE b (x int);")
      let runner = try folder.runner(pool)
      await #expect(throws: MigrationError(.edited("0001_a"))) { try await runner.up() }
      #expect(try tables(database) == ["a"])
      let status = try await runner.status()
      guard case .edited = status[0].state else { return #expect(status == []) }
    }
  }

  @Test func refusesAFolderThatIsNotTheDatabases() async throws {
    try await withDatabase { _, pool in
      let folder = try Folder([
        "0001_a.up.sql": "CREATE TABLE a (x int);", "0003_c.up.sql": "CREATE TABLE c (x int);",
      ])
      _ = try await folder.runner(pool).up()
      try folder.write("0002_b.up.sql", "CREATE TABLE b (x int);")
      await #expect(throws: MigrationError(.outOfOrder("0002_b", after: "0003_c"))) {
        try await folder.runner(pool).up()
      }
      await #expect(throws: MigrationError(.noWayBack("0003_c"))) {
        try await folder.runner(pool).down()
      }
      try folder.path.appending("0001_a.up.sql").remove()
      try folder.path.appending("0002_b.up.sql").remove()
      await #expect(throws: MigrationError(.missing("0001_a"))) {
        try await folder.runner(pool).up()
      }
      try folder.path.appending("0003_c.up.sql").remove()
      try folder.write("0001_z.up.sql", "CREATE TABLE a (x int);")
      await #expect(throws: MigrationError(.renamed(applied: "0001_a", file: "0001_z"))) {
        try await folder.runner(pool).up()
      }
    }
  }

  @Test func startsUnderANewerDatabase() async throws {
    try await withDatabase { _, pool in
      let folder = try Folder([
        "0001_a.up.sql": "CREATE TABLE a (x int);", "0002_b.up.sql": "CREATE TABLE b (x int);",
      ])
      _ = try await folder.runner(pool).up()
      try folder.path.appending("0002_b.up.sql").remove()
      #expect(try await folder.runner(pool).up() == [])
      let states = try await folder.runner(pool).status().map(\.name)
      #expect(states == ["0001_a", "0002_b"])
      await #expect(throws: MigrationError(.missing("0002_b"))) {
        try await folder.runner(pool).down()
      }
    }
  }

  @Test func migratesOnceWhenSeveralServersStartAtOnce() async throws {
    try await withDatabase { database, pool in
      var files: [String: String] = [:]
      for number in 1...9 {
        files["000\(number)_t.up.sql"] = "SELECT pg_sleep(0.01); CREATE TABLE t\(number) ();"
      }
      let runner = try Folder(files).runner(pool)
      let applied = try await withThrowingTaskGroup { group in
        for _ in 0..<4 { group.addTask { try await runner.up() } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == (1...9).map { "000\($0)_t" })
      #expect(try tables(database) == (1...9).map { "t\($0)" })
    }
  }

  @Test(
    arguments: [
      (["1_a.up.sql": ""], .misnamed("1_a.up.sql")),
      (["0001_a.sql": ""], .misnamed("0001_a.sql")),
      (["0001_.up.sql": ""], .misnamed("0001_.up.sql")),
      (["0001_a.up.sql": "", "0001_b.up.sql": ""], .sameNumber("0001_a.up.sql", "0001_b.up.sql")),
      (["0001_a.up.sql": "", "0001_b.down.sql": ""], .downWithoutUp("0001_b.down.sql")),
    ] as [([String: String], MigrationError.Reason)]
  )
  func refusesAFolderThatIsNoSequence(files: [String: String], reason: MigrationError.Reason) throws
  {
    let folder = try Folder(files)
    #expect(throws: MigrationError(reason)) { try MigrationFolder(folder.path) }
  }

  @Test func refusesAFileThatEndsItsTransaction() throws {
    let folder = try Folder(["0001_a.up.sql": "SELECT 1;\n\ncommit;\n", "README.md": "Hello."])
    #expect(
      throws: MigrationError(
        .transactionControl(
          file: "\(folder.path.text)/0001_a.up.sql",
          line: 3,
          keyword: "COMMIT"
        )
      )
    ) { try MigrationFolder(folder.path) }
  }

  private func tables(_ database: TestDatabase) throws -> [String] {
    try database.execute(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).compactMap { $0[0] }
  }
}

/// Lends an empty database and a pool to it, on a loop that ends with the test.
func withDatabase(_ body: (TestDatabase, PostgresPool) async throws -> Void) async throws {
  let database = try TestCluster.shared().makeDatabase()
  let loop = EventLoop.start()
  let pool = PostgresPool(try PostgresConfiguration(url: database.url), on: loop)
  do {
    try await body(database, pool)
    await pool.close()
    await loop.shutDown()
  } catch {
    await pool.close()
    await loop.shutDown()
    throw error
  }
}

/// A folder of files that goes with the value.
private final class Folder: Sendable {
  let path: FilePath

  init(_ files: [String: String]) throws {
    path = try FilePath.makeTemporary()
    for (name, text) in files { try write(name, text) }
  }

  deinit {
    try? path.remove()
  }

  func write(_ name: String, _ text: String) throws {
    try path.appending(name).write(Array(text.utf8))
  }

  func runner(_ pool: PostgresPool) throws -> MigrationRunner {
    MigrationRunner(folder: try MigrationFolder(path), pool: pool)
  }
}
