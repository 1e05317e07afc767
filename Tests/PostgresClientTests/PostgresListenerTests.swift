import PostgresClient
import TestSupport
import Testing

/// A connection that waits for notifications.
@Suite(.timeLimit(.minutes(2))) struct PostgresListenerTests {
  private func listener(_ fixture: PoolFixture) throws -> PostgresListener {
    PostgresListener(
      try PostgresConfiguration(url: fixture.database.url),
      channel: "odd \"name",
      on: fixture.loop
    )
  }

  /// Notifies the channel until the listener, which is waiting, has been told.
  private func notify(_ fixture: PoolFixture) throws {
    try fixture.database.execute("select pg_notify('odd \"name', 'x')")
  }

  @Test func returnsWhenItsChannelIsNotified() async throws {
    try await PoolFixture.with { fixture in
      let listener = try listener(fixture)
      try await listener.open()
      // LISTEN has been sent, and is answered before anything that comes later.
      let waiting = Task { try await listener.next() }
      while try fixture.database.execute(
        """
        select count(*) from pg_stat_activity where query like 'LISTEN%' and state = 'idle'
          and datname = current_database()
        """
      ) == [["0"]] { await Task.yield() }
      try notify(fixture)
      #expect(try await waiting.value == ["x"])
      await listener.close()
    }
  }

  @Test func throwsWhenItsConnectionIsLost() async throws {
    try await PoolFixture.with { fixture in
      let listener = try listener(fixture)
      try await listener.open()
      let waiting = Task { try await listener.next() }
      var ended = [["0"]] as [[String?]]
      while ended == [["0"]] {
        ended = try fixture.database.execute(
          """
          select count(pg_terminate_backend(pid)) from pg_stat_activity
          where query like 'LISTEN%' and datname = current_database()
          """
        )
      }
      await #expect(throws: PostgresError.self) { _ = try await waiting.value }
      // It may be opened anew.
      try await listener.open()
      await listener.close()
    }
  }

  @Test func throwsWhenItIsClosed() async throws {
    try await PoolFixture.with { fixture in
      let listener = try listener(fixture)
      try await listener.open()
      let waiting = Task { try await listener.next() }
      await listener.close()
      await #expect(throws: PostgresError.closed) { _ = try await waiting.value }
      await #expect(throws: PostgresError.closed) { try await listener.next() }
    }
  }

  @Test func saysThatThereIsNoServer() async throws {
    try await PoolFixture.with { fixture in
      let nowhere = PostgresListener(
        try PostgresConfiguration(url: "postgresql://127.0.0.1:1/nowhere"),
        channel: "c",
        on: fixture.loop
      )
      await #expect(throws: PostgresError.self) { try await nowhere.open() }
    }
  }
}
