import EventLoop
import Glibc
import PostgresClient
import TestSupport
import Testing

/// Connections that wait for what may never come, to a server that hangs: the link is up, and nothing
/// comes by it.
@Suite(.timeLimit(.minutes(2))) struct SilentServerTests {
  private static let sender = """
    select active_pid from pg_replication_slots
    where database = current_database() and active_pid is not null
    """
  private static let notifier = """
    select pid from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
    """

  private func stream(_ fixture: PoolFixture, _ interval: UInt64) throws -> ReplicationStream {
    ReplicationStream(
      try PostgresConfiguration(url: fixture.database.url),
      publication: "none",
      heartbeat: Heartbeat(interval: interval),
      on: fixture.loop
    )
  }

  private func listener(_ fixture: PoolFixture, _ interval: UInt64) throws -> PostgresListener {
    PostgresListener(
      try PostgresConfiguration(url: fixture.database.url),
      channel: "quiet",
      heartbeat: Heartbeat(interval: interval),
      on: fixture.loop
    )
  }

  /// Has a process of the server do nothing while something is done.
  private func whileStopped(
    _ query: String,
    _ fixture: PoolFixture,
    _ body: () async throws -> Void
  ) async throws {
    let text = try #require(try fixture.database.execute(query).first?.first ?? nil)
    let process = try #require(Int32(text))
    #expect(kill(process, SIGSTOP) == 0)
    defer { kill(process, SIGCONT) }
    try await body()
  }

  @Test func endsAStreamThatHearsNothing() async throws {
    // The places for streams of the shared cluster are other suites'.
    try await PoolFixture.with(on: TestCluster.start()) { fixture in
      let stream = try stream(fixture, 20)
      try await stream.open(slot: "slot_of_\(fixture.database.name)")
      try await whileStopped(Self.sender, fixture) {
        let error = await #expect(throws: PostgresError.self) { _ = try await stream.next() }
        #expect(error?.message == "the server has not answered for too long")
      }
    }
  }

  @Test func endsAListenerThatHearsNothing() async throws {
    try await PoolFixture.with { fixture in
      let listener = try listener(fixture, 500)
      try await listener.open()
      try await whileStopped(Self.notifier, fixture) {
        let error = await #expect(throws: PostgresError.self) { _ = try await listener.next() }
        #expect(error?.message == "the server has not answered for too long")
      }
    }
  }

  /// Three questions would be too many if none of them were answered.
  @Test func goesOnWhereNothingHappens() async throws {
    try await PoolFixture.with(
      "create table t (id integer primary key); create publication none for table t",
      on: TestCluster.start()
    ) { fixture in
      let stream = try stream(fixture, 200)
      let listener = try listener(fixture, 200)
      try await stream.open(slot: "slot_of_\(fixture.database.name)")
      try await listener.open()
      let told = Task { try await stream.next() }
      let notified = Task { try await listener.next() }
      try await Task.sleep(for: .seconds(2))
      try fixture.database.execute("insert into t values (1); notify quiet, 'x'")
      #expect(try await told.value.count == 1)
      #expect(try await notified.value == ["x"])
      await stream.close()
      await listener.close()
    }
  }
}
