import EventLoop
import Glibc
import PostgresClient
import Resolvers
import Testing
import TestSupport

@testable import apus

/// One server after the other: each test makes a cluster.
@Suite(.serialized) struct EmbeddedPostgresTests {
  @Test func createsAClusterAndFindsItAgain() async throws {
    try await withDataFolder { folder in
      var events: [EmbeddedPostgres.Event] = []
      let first = try EmbeddedPostgres.start(in: folder) { events.append($0) }
      let data = try folder.appending("postgres").resolved().appending("data")
      #expect(events == [.creating(data)])
      #expect(try await query(first.url, "SHOW wal_level; SHOW TimeZone") == ["UTC"])
      _ = try await query(first.url, "CREATE TABLE kept AS SELECT 7 AS value")
      try first.stop()
      #expect(Postmaster(readingFrom: data) == nil)

      events = []
      let second = try EmbeddedPostgres.start(in: folder) { events.append($0) }
      defer { try? second.stop() }
      #expect(events == [])
      #expect(second.port == first.port)
      #expect(try await query(second.url, "SHOW wal_level") == ["logical"])
      #expect(try await query(second.url, "SELECT value FROM kept") == ["7"])
    }
  }

  @Test func letsNobodyInWithoutAPassword() async throws {
    try await withCluster { folder in
      let postgres = try EmbeddedPostgres.start(in: folder)
      defer { try? postgres.stop() }
      let address = "postgresql://postgres@127.0.0.1:\(postgres.port)/apus"
      let error = await #expect(throws: PostgresError.self) {
        try await query(address, "SELECT 1")
      }
      #expect(error?.message.contains("password") == true)
      let password = try String(decoding: postgres.passwordFile.contents(), as: UTF8.self)
        .split(separator: "\n")[0]
      let withPassword = address.replacing("postgres@", with: "postgres:\(password)@")
      #expect(try await query(withPassword, "SELECT 1") == ["1"])
      #expect(postgres.passwordFile.status?.st_mode == S_IFREG | 0o600)
      let cluster = try folder.appending("postgres").resolved()
      #expect(cluster.status?.st_mode == S_IFDIR | 0o700)
    }
  }

  @Test func belongsToOneServerAtATime() async throws {
    try await withCluster { folder in
      let owner = try EmbeddedPostgres.start(in: folder)
      defer { try? owner.stop() }
      #expect(
        throws: EmbeddedPostgresError(.inUse(folder: folder, process: Int(getpid())))
      ) { try EmbeddedPostgres.start(in: folder) }
      let guest = try EmbeddedPostgres.start(in: folder, canShare: true)
      #expect(guest.url == owner.url)
      try guest.stop()
      #expect(try await query(owner.url, "SELECT 1") == ["1"])
    }
  }

  @Test func takesOverAServerThatOutlivedItsApus() async throws {
    try await withCluster { folder in
      // The lock goes with the value, as with a killed process; the server stays.
      let port = try EmbeddedPostgres.start(in: folder).port
      var events: [EmbeddedPostgres.Event] = []
      let second = try EmbeddedPostgres.start(in: folder) { events.append($0) }
      let data = try folder.appending("postgres").resolved().appending("data")
      let process = try #require(Postmaster(readingFrom: data)?.process)
      #expect(events == [.reusing(process: Int(process))])
      #expect(second.port == port)
      #expect(try await query(second.url, "SELECT 1") == ["1"])
      try second.stop()
      #expect(!FilePath("/proc/\(process)/cwd").appending("PG_VERSION").exists)
    }
  }

  @Test func cleansUpAfterAKilledServer() async throws {
    try await withCluster { folder in
      let url = try EmbeddedPostgres.start(in: folder).url
      _ = try await query(url, "CREATE TABLE kept AS SELECT 7 AS value")
      let data = try folder.appending("postgres").resolved().appending("data")
      let process = try #require(Postmaster(readingFrom: data)?.process)
      kill(process, SIGKILL)
      while Postmaster(readingFrom: data)?.isRunning(on: data) == true { sched_yield() }
      // Its number goes to another process, here to this one.
      let file = data.appending("postmaster.pid")
      let lines = try String(decoding: file.contents(), as: UTF8.self).split(separator: "\n")
      let text = (["\(getpid())"] + lines.dropFirst().map(String.init)).joined(separator: "\n")
      let owner = try #require(file.status)
      try file.write(Array(text.utf8))
      chown(file.text, owner.st_uid, owner.st_gid)
      let postgres = try EmbeddedPostgres.start(in: folder)
      #expect(try await query(postgres.url, "SELECT value FROM kept") == ["7"])
      try postgres.stop()
    }
  }

  @Test func startsOverAfterAnInterruptedCreation() async throws {
    try await withDataFolder { folder in
      let draft = folder.appending("postgres").appending("data.12345")
      try draft.makeDirectory()
      try draft.appending("PG_VERSION").write(Array("15\n".utf8))
      let postgres = try EmbeddedPostgres.start(in: folder)
      #expect(!draft.exists)
      #expect(try await query(postgres.url, "SELECT 1") == ["1"])
      try postgres.stop()
    }
  }

  @Test func findsAPlaceForTheSocketOfALongPath() async throws {
    try await withDataFolder { folder in
      let long = folder.appending(String(repeating: "long' ", count: 20))
      let postgres = try EmbeddedPostgres.start(in: long)
      #expect(try await query(postgres.url, "SELECT 1") == ["1"])
      let data = try long.appending("postgres").resolved().appending("data")
      let sockets = FilePath(try #require(Postmaster(readingFrom: data)?.socketFolder))
      #expect(sockets.status?.st_mode == S_IFDIR | 0o700)
      try postgres.stop()
      #expect(!sockets.exists)
    }
  }

  @Test func goesWherePostgresCanWhenTheDataFolderIsRootsOwn() async throws {
    guard geteuid() == 0 else {
      print("skipped: only root has folders that its PostgreSQL cannot enter")
      return
    }
    try await withDataFolder { folder in
      let closed = folder.appending("closed")
      try closed.makeDirectory(mode: 0o700)
      let postgres = try EmbeddedPostgres.start(in: closed.appending(".apus"))
      let place = try closed.appending(".apus/postgres").resolved()
      defer { try? place.remove() }
      #expect(place.parent == FilePath("/var/lib/apus"))
      #expect(try await query(postgres.url, "SELECT 1") == ["1"])
      try postgres.stop()
      let again = try EmbeddedPostgres.start(in: closed.appending(".apus"))
      #expect(again.port == postgres.port)
      try again.stop()
    }
  }

  @Test func saysWhichVersionIsMissing() async throws {
    try await withDataFolder { folder in
      let data = folder.appending("postgres").appending("data")
      try data.makeDirectory()
      try data.appending("PG_VERSION").write(Array("9\n".utf8))
      let resolved = try data.resolved()
      #expect(throws: EmbeddedPostgresError(.versionGone(version: 9, data: resolved))) {
        try EmbeddedPostgres.start(in: folder)
      }
    }
  }

  // MARK: - Parts

  /// A data folder with a cluster that is not running: a copy of one that is made once.
  private func withCluster(_ body: (FilePath) async throws -> Void) async throws {
    try await withDataFolder { folder in
      let template = try Self.template.get()
      let copy = try ChildProcess("cp", ["-a", template.text, folder.text]).run()
      #expect(copy.isSuccess)
      try await body(folder.appending(template.lastComponent))
    }
  }

  private static let template = Result {
    let folder = try FilePath.makeTemporary(named: "apus-test")
    chmod(folder.text, 0o755)
    atexit { EmbeddedPostgresTests.removeTemplate() }
    try EmbeddedPostgres.start(in: folder).stop()
    return folder
  }

  private static func removeTemplate() {
    try? template.get().remove()
  }

  /// A folder that everyone may enter, removed afterwards.
  private func withDataFolder(_ body: (FilePath) async throws -> Void) async throws {
    let folder = try FilePath.makeTemporary(named: "apus-test")
    chmod(folder.text, 0o755)
    defer { try? folder.remove() }
    try await body(folder)
  }

  /// The first column of the last statement's rows.
  private func query(_ url: String, _ sql: String) async throws -> [String?] {
    let loop = EventLoop.start()
    let pool = PostgresPool(try PostgresConfiguration(url: url), on: loop)
    let result: Result<[String?], any Error>
    do {
      let results = try await pool.withConnection { try await $0.simpleQuery(sql) }
      let rows = results.last
      result = .success((0..<(rows?.rowCount ?? 0)).map { rows?.string($0, 0) })
    } catch {
      result = .failure(error)
    }
    await pool.close()
    await loop.shutDown()
    return try result.get()
  }
}
