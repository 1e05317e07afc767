package import JSON

/// A command about what recurs.
package enum CronTriggerCommand: Hashable, Sendable {
  /// The entry as the document keeps it.
  case create(name: String, JSONObject, replaces: Bool)
  case delete(name: String)
  case getAll
}

extension CronTriggerCommand {
  static let types: Set<String> = [
    "create_cron_trigger", "delete_cron_trigger", "get_cron_triggers",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_cron_trigger":
      var entry = try arguments.object("CreateCronTrigger")
      let name = try arguments.required("name").nonEmptyString()
      _ = try arguments.required("schedule").nonEmptyString()
      _ = try arguments.required("webhook").nonEmptyString()
      let replaces = try arguments.optional("replace")?.bool() ?? false
      entry["replace"] = nil
      if entry["include_in_metadata"] == nil { entry["include_in_metadata"] = true }
      self = .create(name: name, entry, replaces: replaces)
    case "delete_cron_trigger":
      self = .delete(name: try arguments.required("name").nonEmptyString())
    default: self = .getAll
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: CronTriggerCommand) throws(MetadataError) -> JSONValue {
    var triggers = metadata.others["cron_triggers"]?.array ?? []
    func place(_ name: String) -> Int? {
      triggers.firstIndex { $0["name"]?.string?.hasSameBytes(as: name) == true }
    }
    switch command {
    case .create(let name, let entry, let replaces):
      if let defect = context.triggerDefect(.object(entry)) {
        throw failure(.notSupported, "cron trigger with name \"\(name)\": \(defect)")
      }
      if let index = place(name) {
        guard replaces else {
          throw failure(.alreadyExists, "cron trigger with name: \(name) already exists")
        }
        triggers[index] = .object(entry)
      } else {
        triggers.append(.object(entry))
      }
    case .delete(let name):
      guard let index = place(name) else {
        throw failure(.notExists, "cron trigger with name: \"\(name)\" does not exist")
      }
      triggers.remove(at: index)
    case .getAll: return ["cron_triggers": .array(triggers)]
    }
    var changed = metadata
    changed.others["cron_triggers"] = triggers.isEmpty ? nil : .array(triggers)
    store(changed)
    return Self.success
  }
}
