import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct MaintenanceTests {
  private static let refusal: JSONValue = [
    "error": "metadata cannot be modified in maintenance mode", "path": "$", "code": "unexpected",
  ]

  @Test func servesWithoutChangingTheMetadata() async throws {
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key); create table orders (id integer)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) { $0.isInMaintenance = true }
    let track: JSONValue = ["type": "pg_track_table", "args": ["table": "orders"]]
    #expect(try await harness.metadata(track) == (500, Self.refusal))
    let (status, _) = try await harness.metadata(["type": "export_metadata", "args": [:]])
    #expect(status == 200)
    let insert = "mutation { insert_fills_one(object: {id: 1}) { id } }"
    #expect(await harness.answer(insert) == #"{"data":{"insert_fills_one":{"id":1}}}"#)
    // SQL that the metadata would have to follow is undone; other SQL is not looked at.
    let drop: JSONValue = [
      "type": "run_sql", "args": ["sql": "drop table fills", "cascade": true],
    ]
    #expect(try await harness.query(drop) == (500, Self.refusal))
    let read: JSONValue = ["type": "run_sql", "args": ["sql": "select id from fills"]]
    #expect(try await harness.query(read).1["result"] == [["id"], ["1"]])
    await harness.stop()
  }
}
