import Engine
import EventLoop
import JSON
import TestSupport
import Testing

/// What becomes of asynchronous calls when something goes wrong beside the webhook.
@Suite(.timeLimit(.minutes(2))) struct AsynchronousActionTests {
  private func harness(_ recorder: WebhookRecorder) async throws -> EngineHarness {
    let metadata: JSONValue = [
      "version": 3, "sources": [], "actions": [AsynchronousAction.definition],
      "custom_types": AsynchronousAction.types,
    ]
    return try await EngineHarness(sql: "", metadata: metadata) {
      $0.webhooks = recorder.sender
      $0.actionInterval = 10
    }
  }

  /// The states of all calls when none of them is under way any more.
  private func states(_ harness: EngineHarness) async throws -> [[String?]] {
    let open = "select from hdb_catalog.hdb_action_log where status in ('created', 'processing')"
    while try !harness.database.execute(open).isEmpty {
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
    return try harness.database.execute(
      "select status, coalesce(response_payload ->> 'note', errors ->> 'error') "
        + "from hdb_catalog.hdb_action_log order by created_at"
    )
  }

  private func add(_ action: String, _ status: String, _ until: String, _ harness: EngineHarness)
    throws
  {
    try harness.database.execute(
      """
      insert into hdb_catalog.hdb_action_log
        (action_name, session_variables, request_headers, input_payload, status, apus_until)
      values ('\(action)', '{}', '{}', '{}', '\(status)', \(until))
      """
    )
  }

  @Test func tellsOfAnAnswerThatPostgreSQLDoesNotTake() async throws {
    let recorder = WebhookRecorder { _, _ in
      WebhookAnswer(status: 200, headers: [], body: Array("a\0b".utf8))
    }
    let harness = try await harness(recorder)
    _ = await harness.answer("mutation { act }")
    #expect(try await states(harness) == [["error", "not a valid json response from webhook"]])
    let body = try harness.database.execute(
      "select errors #>> '{internal,response,body}' from hdb_catalog.hdb_action_log"
    )
    #expect(body == [["a\u{fffd}b"]])
    await harness.stop()
  }

  @Test func storesAnAnswerWhenTheDatabaseTakesItAgain() async throws {
    let recorder = WebhookRecorder(["note": "done"])
    let harness = try await harness(recorder)
    try harness.database.execute(
      """
      create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'the disk is full' using errcode = '53100'; end $$;
      create trigger refuse before update on hdb_catalog.hdb_action_log for each row
        when (new.status <> 'processing') execute function refuse()
      """
    )
    _ = await harness.answer("mutation { act }")
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try await harness.loops.loops[0].sleep(for: .milliseconds(500))
    try harness.database.execute("drop function refuse cascade")
    #expect(try await states(harness) == [["completed", "done"]])
    #expect(recorder.all.count == 1)
    await harness.stop()
  }

  @Test func tellsThatAnActionIsGone() async throws {
    let harness = try await harness(WebhookRecorder())
    try add("gone", "created", "null", harness)
    #expect(
      try await states(harness) == [["error", #"there is no action "gone" any more"#]]
    )
    await harness.stop()
  }

  @Test func tellsThatTheServerOfACallHasEnded() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    try add("act", "processing", "now() - interval '1 second'", harness)
    #expect(
      try await states(harness)
        == [["error", "the server that made the call has ended before it could note the answer"]]
    )
    #expect(recorder.all.isEmpty)
    await harness.stop()
  }

  @Test func leavesTheCallsOfOtherServersAlone() async throws {
    let harness = try await harness(WebhookRecorder())
    try add("act", "processing", "now() + interval '1 minute'", harness)
    try add("act", "processing", "null", harness)
    try await harness.loops.loops[0].sleep(for: .milliseconds(6_000))
    let states = try harness.database.execute(
      "select distinct status from hdb_catalog.hdb_action_log"
    )
    #expect(states == [["processing"]])
    await harness.stop()
  }
}
