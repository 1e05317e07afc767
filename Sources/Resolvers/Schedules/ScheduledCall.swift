package import Engine
package import JSON
package import Metadata

/// An entry of `cron_triggers` in the metadata that calls one of the platform's mutations.
package struct ScheduledCall: Hashable, Sendable {
  static let nameVariable = "apus-schedule-name"
  static let timeVariable = "apus-schedule-time"
  /// What the webhook of such an entry begins with; the name of the mutation follows.
  package static let scheme = "apus:"

  package var name: String
  package var schedule: CronSchedule
  /// As PostgreSQL knows it.
  package var timeZone: String
  package var field: String
  package var arguments: JSONObject

  /// Nil where the entry is somebody else's.
  package init?(_ entry: JSONValue) throws(CronSchedule.Defect) {
    guard let name = entry["name"]?.string, let webhook = entry["webhook"]?.string,
      webhook.hasPrefix(Self.scheme)
    else { return nil }
    self.name = name
    schedule = try CronSchedule(entry["schedule"]?.string ?? "")
    timeZone = entry["timezone"]?.string ?? "UTC"
    field = String(webhook.dropFirst(Self.scheme.count))
    arguments = entry["payload"]?.object ?? JSONObject()
  }
}

extension ScheduledCall {
  /// What is wrong with an entry of `cron_triggers`; nil where nothing is.
  package static func defect(of entry: JSONValue, _ fields: [NativeField]) -> String? {
    do {
      guard let call = try ScheduledCall(entry) else {
        return "its webhook has to be \(scheme) and the name of a mutation that starts jobs"
      }
      guard let field = fields.first(where: { $0.name == call.field }), field.startsJobs else {
        return "'\(call.field)' is no mutation that starts jobs"
      }
      let names = Set(field.arguments.map(\.name))
      if let unknown = call.arguments.keys.first(where: { !names.contains($0) }) {
        return "'\(call.field)' has no argument '\(unknown)'"
      }
      let missing = field.arguments.first { $0.isRequired && call.arguments[$0.name] == nil }
      if let missing { return "its payload lacks '\(missing.name)'" }
      return nil
    } catch {
      return error.description
    }
  }
}

extension NativeField {
  /// Whether it is a mutation that adds a job once for each idempotency key.
  var startsJobs: Bool {
    roots.contains(.mutation) && arguments.contains { $0.name == "idempotency_key" }
  }
}
