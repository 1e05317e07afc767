import JSON
import PostgresClient

/// A change that a webhook is to be told.
struct Event: Sendable {
  /// The row that the change was of; changes of one row are told one after the other.
  struct Row: Hashable, Sendable {
    var trigger: String
    /// The JSON of the key's values; empty where the row is not known by a key.
    var key: [UInt8]
  }

  var id: String
  var schema: String
  var table: String
  var trigger: String
  /// JSON.
  var payload: [UInt8]
  var tries: Int
  var createdAt: String
  var row: Row
  /// The row as it was before, where its key has changed.
  var formerRow: Row?
}

extension Event {
  /// From a row of ``EventLog/taking``; `keys` tells the key's columns of a table.
  init?(_ rows: QueryResult, _ row: Int, keys: (_ schema: String, _ table: String) -> [String]) {
    guard let id = rows.string(row, 0), let schema = rows.string(row, 2),
      let table = rows.string(row, 3), let trigger = rows.string(row, 4),
      let payload = rows.bytes(row, 5), let tries = rows.string(row, 6).flatMap({ Int($0) })
    else { return nil }
    self.id = id
    self.schema = schema
    self.table = table
    self.trigger = trigger
    self.payload = payload
    self.tries = tries
    createdAt = (rows.string(row, 7) ?? "") + "Z"
    let columns = keys(schema, table)
    let data = (try? JSONValue(parsing: payload.span))?["data"]
    let new = Self.key(data?["new"], columns)
    let old = Self.key(data?["old"], columns)
    self.row = Row(trigger: trigger, key: new ?? old ?? [])
    if let old, let new, old != new { formerRow = Row(trigger: trigger, key: old) }
  }

  private static func key(_ row: JSONValue?, _ columns: [String]) -> [UInt8]? {
    guard let row = row?.object, !columns.isEmpty else { return nil }
    var values: [JSONValue] = []
    for column in columns {
      guard let value = row[column] else { return nil }
      values.append(value)
    }
    return JSONValue.array(values).serialized
  }

  /// What the webhook is sent.
  func body(maximumRetries: Int) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("event")
    writer.raw(payload.span)
    writer.key("created_at")
    writer.string(createdAt)
    writer.key("id")
    writer.string(id)
    writer.key("delivery_info")
    writer.value([
      "max_retries": .number(JSONNumber(maximumRetries)),
      "current_retry": .number(JSONNumber(tries)),
    ])
    writer.key("trigger")
    writer.value(["name": .string(trigger)])
    writer.key("table")
    writer.value(["schema": .string(schema), "name": .string(table)])
    writer.endObject()
    return writer.finish()
  }
}
