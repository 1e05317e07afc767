import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct ConcurrentUpdateTests {
  private typealias Fixture = WritingFixture

  /// Writes fail as PostgreSQL fails them for concurrent ones, the first two times: a sequence goes on
  /// whatever becomes of the transaction.
  private static func sql(_ trigger: String) -> String {
    Fixture.sql + """
      create sequence tries;
      create function conflict() returns trigger language plpgsql as $$
        begin
          if nextval('tries') < 3 then
            raise exception 'could not serialize access' using errcode = '40001';
          end if;
          return new;
        end $$;
      \(trigger);
      """
  }

  private static let sql = sql(
    "create trigger conflict before update on fills for each row execute function conflict()"
  )
  private static let update =
    "mutation { update_fills_by_pk(pk_columns: {id: 201}, _inc: {qty: 1}) { qty } }"
  private static let undone = Fixture.error(
    "serialization failure due to concurrent update",
    "$",
    "concurrent-update"
  )
  private static let done = #"{"data":{"update_fills_by_pk":{"qty":11.0000}}}"#

  private func answers(_ count: Int, retries: Int) async throws -> [String] {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Fixture.metadata) {
      $0.mutationRetries = retries
    }
    var answers: [String] = []
    for _ in 0..<count { answers.append(await harness.answer(Self.update)) }
    await harness.stop()
    return answers
  }

  @Test func tellsWhatPostgresUndid() async throws {
    #expect(try await answers(3, retries: 0) == [Self.undone, Self.undone, Self.done])
  }

  /// A deferred trigger fails at the commit, which comes with the last statement.
  @Test func triesAgainWhatFailedAtItsCommit() async throws {
    let deferred = Self.sql(
      "create constraint trigger conflict after update on fills deferrable initially deferred "
        + "for each row execute function conflict()"
    )
    for retries in [0, 2] {
      let harness = try await EngineHarness(sql: deferred, metadata: Fixture.metadata) {
        $0.mutationRetries = retries
      }
      if retries == 0 {
        #expect(await harness.answer(Self.update) == Self.undone)
        #expect(await harness.answer(Self.update) == Self.undone)
      }
      #expect(await harness.answer(Self.update) == Self.done)
      await harness.stop()
    }
  }

  @Test func tellsThatARowWasHeldForTooLong() async throws {
    let harness = try await EngineHarness(sql: Fixture.sql, metadata: Fixture.metadata) {
      $0.database.lockTimeout = .milliseconds(20)
    }
    let holder = try LateSession(harness.database)
    try holder.execute("begin; select from fills where id = 201 for update")
    #expect(
      await harness.answer(Self.update)
        == Fixture.error("canceling statement due to lock timeout", "$", "concurrent-update")
    )
    try holder.execute("commit")
    #expect(await harness.answer(Self.update) == Self.done)
    await harness.stop()
  }

  @Test func triesAgainAsOftenAsItMay() async throws {
    #expect(try await answers(2, retries: 1) == [Self.undone, Self.done])
    #expect(try await answers(1, retries: 2) == [Self.done])
  }
}
