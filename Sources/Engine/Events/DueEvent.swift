import JSON
import Metadata
import PostgresClient

/// A scheduled event that is due.
struct DueEvent: Sendable {
  var kind: ScheduleLog.Kind
  var id: String
  /// Nil for an event that was planned by itself.
  var trigger: String?
  var tries: Int
  /// Seconds since it was due.
  var delay: Int
  var body: [UInt8]
  var webhook: EventTrigger.Webhook
  var headers: [WebhookHeader]
  var retries: RetryPolicy
  var transforms = JSONObject()

  /// Whether it is too late to tell it.
  var isDead: Bool { delay > retries.tolerance && tries == 0 }

  /// Reads a row of ``ScheduleLog/taking(_:)``; nil where its trigger is gone, or nobody can read what it
  /// says.
  init?(
    _ kind: ScheduleLog.Kind,
    _ rows: QueryResult,
    _ row: Int,
    _ triggers: [String: CronTrigger]
  ) {
    func json(_ column: Int) -> JSONValue? {
      rows.bytes(row, column).flatMap { try? JSONValue(parsing: $0.span) }
    }
    guard let id = rows.string(row, 0), let scheduled = rows.string(row, 3),
      let created = rows.string(row, 4)
    else { return nil }
    self.kind = kind
    self.id = id
    tries = rows.string(row, 1).flatMap { Int($0) } ?? 0
    delay = rows.string(row, 2).flatMap { Int($0) } ?? 0
    var body: JSONObject = [
      "id": .string(id), "scheduled_time": .string(scheduled + "Z"),
      "created_at": .string(created + "Z"),
    ]
    if kind == .cron {
      guard let trigger = rows.string(row, 5).flatMap({ triggers[$0] }) else { return nil }
      self.trigger = trigger.name
      body.append("name", .string(trigger.name))
      body.append("payload", trigger.payload ?? .null)
      body.append("comment", trigger.comment.map { .string($0) } ?? .null)
      webhook = trigger.webhook
      headers = trigger.headers
      retries = trigger.retries
      transforms = trigger.others
    } else {
      guard let webhook = json(6),
        let read = try? EventTrigger.Webhook(decoding: JSONCursor(webhook))
      else { return nil }
      self.webhook = read
      headers = ((json(9) ?? .array([])).array ?? []).compactMap {
        try? WebhookHeader(decoding: JSONCursor($0))
      }
      retries = RetryPolicy(stored: json(7) ?? .null)
      body.append("payload", json(8) ?? .null)
      body.append("comment", rows.string(row, 10).map { .string($0) } ?? .null)
    }
    self.body = JSONValue.object(body).serialized
  }
}
