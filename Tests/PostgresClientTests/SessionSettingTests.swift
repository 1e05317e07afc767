import PostgresClient
import TestSupport
import Testing

/// Settings of batches on one connection, as the statements that follow see them.
struct SessionSettingTests {
  private static let look = "SELECT coalesce(nullif(current_setting('apus.user', true), ''), '-')"
  private static let fail = "SELECT 1 / 0"

  private func batch(_ sql: String, of user: String?) -> QueryBatch {
    var batch = QueryBatch(sql: sql)
    batch.setting = user.map { SessionSetting("apus.user", Array($0.utf8)) }
    return batch
  }

  private func with(_ test: (PoolFixture) async throws -> Void) async throws {
    try await PoolFixture.with(configure: { $0.maximumWriteConnections = 1 }, test)
  }

  private func user(_ fixture: PoolFixture, _ user: String?) async throws -> String? {
    try await fixture.pool.execute(batch(Self.look, of: user), access: .write)[0].rows[0][0]
  }

  @Test func isSeenByItsOwnBatchesOnly() async throws {
    try await with { fixture async throws in
      var seen: [String?] = []
      for name in [nil, "ann", "ann", "bob", nil, nil, "bob", "ann"] {
        seen.append(try await user(fixture, name))
      }
      #expect(seen == ["-", "ann", "ann", "bob", "-", "-", "bob", "ann"])
    }
  }

  @Test func isRightAfterBatchesThatFail() async throws {
    try await with { fixture async throws in
      var seen: [String?] = []
      // Each failure undoes what its batch had set: a value, another one, and none.
      for (failing, next) in [("ann", "ann"), ("bob", "ann"), (nil, nil), (nil, "bob")] {
        let error = try await fixture.error(of: batch(Self.fail, of: failing), access: .write)
        #expect(error.sqlstate == "22012" && error.statement == 0)
        seen.append(try await user(fixture, next))
      }
      #expect(seen == ["ann", "ann", "-", "bob"])
    }
  }

  @Test func isUnknownToWhoeverHasTheConnectionToHimself() async throws {
    try await with { fixture async throws in
      #expect(try await user(fixture, "ann") == "ann")
      let seen = try await fixture.pool.withTransaction { connection in
        var seen = [try await connection.execute(QueryBatch(sql: Self.look))[0].rows[0][0]]
        seen.append(try await connection.execute(batch(Self.look, of: "bob"))[0].rows[0][0])
        // Kept by the transaction.
        seen.append(try await connection.execute(QueryBatch(sql: Self.look))[0].rows[0][0])
        return seen
      }
      #expect(seen == ["-", "bob", "bob"])
      #expect(try await fixture.rows(Self.look, access: .write) == [["-"]])
      #expect(try await user(fixture, "ann") == "ann")
    }
  }

  @Test func isSetAnewWhereTheSessionWasReset() async throws {
    try await with { fixture async throws in
      #expect(try await user(fixture, "ann") == "ann")
      _ = try await fixture.pool.withConnection { connection in
        try await connection.simpleQuery("SET \"apus.user\" = 'somebody'")
      }
      #expect(try await user(fixture, nil) == "-")
      #expect(try await user(fixture, "ann") == "ann")
    }
  }

  @Test func refusesAZeroByte() async throws {
    try await with { fixture async throws in
      let error = try await fixture.error(of: batch(Self.look, of: "a\0b"), access: .write)
      #expect(error.sqlstate == "22021")
    }
  }

  @Test func isOfOneTransactionBehindAPooler() async throws {
    let configure = { (configuration: inout PostgresConfiguration) in
      configuration.route = .transactionPooler
      configuration.maximumWriteConnections = 1
    }
    try await PoolFixture.with(configure: configure) { fixture async throws in
      #expect(try await user(fixture, "ann") == "ann")
      let error = try await fixture.error(of: batch(Self.fail, of: "bob"), access: .write)
      #expect(error.sqlstate == "22012" && error.statement == 0)
      let leased = try await fixture.pool.withConnection { connection in
        try await connection.simpleQuery(Self.look)[0].rows[0][0]
      }
      #expect(leased == "-")
      #expect(try await user(fixture, nil) == "-")
    }
  }
}
