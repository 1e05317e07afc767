import EventLoop
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// What the operator is told of webhooks that fail.
@Suite(.timeLimit(.minutes(2))) struct FailedAttemptTests {
  private final class Reports: Sendable {
    let texts = Mutex<[String]>([])
  }

  @Test func areToldWithTheirTriggerAndStatus() async throws {
    let reports = Reports()
    let recorder = WebhookRecorder(status: 503)
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender
      $0.eventInterval = 5
      $0.eventBatch = 1
      $0.scheduleInterval = 10
      $0.reportFailedAttempt = { failure in
        var text = failure.text
        if let id = text.firstRange(of: failure.id) { text.replaceSubrange(id, with: "it") }
        reports.texts.withLock { $0.append(text) }
      }
    }
    let calls: [JSONValue] = [
      [
        "type": "pg_create_event_trigger",
        "args": [
          "table": "fills", "name": "told", "webhook": "http://u:secret@h",
          "insert": ["columns": "*"],
          "retry_conf": ["num_retries": 0, "interval_sec": 1, "timeout_sec": 1],
        ],
      ],
      [
        "type": "create_scheduled_event",
        "args": [
          "webhook": "http://h", "schedule_at": "2026-01-01T00:00:00Z", "payload": 1,
          "retry_conf": ["num_retries": 0, "tolerance_seconds": 1_000_000_000],
        ],
      ],
    ]
    for call in calls { #expect(try await harness.metadata(call).0 == 200) }
    try harness.database.execute("insert into fills values (1), (2)")
    while reports.texts.withLock({ $0.count }) < 3 {
      try await harness.loops.loops[0].sleep(for: .milliseconds(10))
    }
    await harness.stop()
    let event =
      #"event trigger "told": the webhook answered with status 503 when it was told of it"#
    #expect(
      reports.texts.withLock { $0.sorted() } == [
        event, event,
        "scheduled event: the webhook answered with status 503 when it was told of it",
      ]
    )
  }
}
