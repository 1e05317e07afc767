import Catalog
package import JSON

/// A command about event triggers or cron triggers that changes the document.
package enum TriggerCommand: Hashable, Sendable {
  case createEvent(MetadataCommand.TableReference, EventTrigger, replaces: Bool)
  case deleteEvent(source: String, name: String)
  case setCleanups(CleanupSelection, isPaused: Bool)
  /// With the entry of the document.
  case createCron(CronTrigger, JSONValue, replaces: Bool)
  case deleteCron(String)
  case getCrons
}

extension TriggerCommand {
  /// Those whose names have no prefix.
  static let plainTypes: Set<String> = [
    "create_cron_trigger", "delete_cron_trigger", "get_cron_triggers",
    "pause_event_trigger_cleanups", "resume_event_trigger_cleanups",
  ]
  /// Those of a source.
  static let sourceTypes: Set<String> = ["create_event_trigger", "delete_event_trigger"]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_cron_trigger":
      let trigger = try CronTrigger(decoding: arguments)
      self = .createCron(
        trigger,
        trigger.isBuiltIn ? trigger.entry(arguments) : trigger.encoded(),
        replaces: try arguments.optional("replace")?.bool() ?? false
      )
    case "delete_cron_trigger":
      self = .deleteCron(try arguments.required("name").nonEmptyString())
    case "get_cron_triggers": self = .getCrons
    case "pause_event_trigger_cleanups", "resume_event_trigger_cleanups":
      self = .setCleanups(
        try CleanupSelection(decoding: arguments),
        isPaused: type == "pause_event_trigger_cleanups"
      )
    case "create_event_trigger":
      try arguments.checkEventTriggerName()
      let trigger = try EventTrigger(decoding: arguments)
      self = .createEvent(
        try MetadataCommand.TableReference(decoding: arguments),
        trigger,
        replaces: try arguments.optional("replace")?.bool() ?? false
      )
    default:
      self = .deleteEvent(
        source: try arguments.source(),
        name: try arguments.required("name").nonEmptyString()
      )
    }
  }
}

extension JSONCursor {
  /// Refuses the names that Hasura refuses.
  ///
  /// PostgreSQL cuts names at 63 bytes. Of longer ones it would cut off what tells the functions of inserts,
  /// updates and deletes apart, and each would take the place of the one before.
  fileprivate func checkEventTriggerName() throws(MetadataError) {
    let name = try required("name").nonEmptyString()
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let beginsWithLetter = name.first.map { $0.isASCII && $0.isLetter } ?? false
    guard isPlain, beginsWithLetter else {
      throw failure("only alphanumeric and underscore and hyphens allowed for name")
    }
    guard name.utf8.count <= 42 else {
      throw failure("event trigger name can be at most 42 characters")
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: TriggerCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .createEvent(let table, let trigger, let replaces):
      try create(trigger, on: table, replaces: replaces)
    case .deleteEvent(let source, let name): try deleteEventTrigger(name, of: source)
    case .setCleanups(let selection, let isPaused):
      try setCleanups(selection, isPaused: isPaused)
    case .createCron(let trigger, let entry, let replaces):
      try create(trigger, entry, replaces: replaces)
    case .deleteCron(let name): try deleteCronTrigger(name)
    case .getCrons:
      return ["cron_triggers": metadata.others["cron_triggers"] ?? .array([])]
    }
    return Self.success
  }

  // MARK: - Event triggers

  private mutating func create(
    _ trigger: EventTrigger,
    on reference: MetadataCommand.TableReference,
    replaces: Bool
  ) throws(MetadataError) {
    let (tracked, table, _) = try table(reference)
    for name in trigger.namedColumns where table.column(named: name) == nil {
      throw failure(
        .notExists,
        "column \"\(name)\" does not exist in table \"\(table.name)\"",
        at: []
      )
    }
    let owner = owner(ofEventTrigger: trigger.name, in: reference.source)
    if let owner {
      guard replaces else {
        throw failure(
          .alreadyExists,
          "Event trigger with name \(trigger.name) already exists"
        )
      }
      guard owner == reference.table else {
        throw failure(
          .notSupported,
          "cannot replace table or schema for trigger"
        )
      }
    } else if replaces {
      throw failure(
        .notExists,
        "event trigger \"\(trigger.name)\" does not exist"
      )
    }
    let rest = (tracked.others["event_triggers"]?.array ?? []).filter {
      $0["name"]?.string != trigger.name
    }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { $0.setEventTriggers(rest + [trigger.encoded()]) }
    }
    try store(
      changed,
      for: .eventTrigger(source: reference.source, reference.table, name: trigger.name)
    )
  }

  /// The table that an event trigger is on.
  private func owner(ofEventTrigger name: String, in source: String) -> TableName? {
    metadata.source(named: source)?.tables.first { table in
      (table.others["event_triggers"]?.array ?? []).contains { $0["name"]?.string == name }
    }?.table
  }

  private mutating func deleteEventTrigger(
    _ name: String,
    of source: String
  ) throws(MetadataError) {
    guard metadata.source(named: source) != nil else {
      throw failure(.notExists, "source with name \"\(source)\" does not exist")
    }
    guard let table = owner(ofEventTrigger: name, in: source) else {
      throw failure(.notExists, "event trigger \"\(name)\" does not exist")
    }
    // The trigger in the database would stay, and note what nobody tells.
    guard context.failures[source] == nil else {
      throw failure(
        .unexpected,
        "source with name \"\(source)\" is inconsistent",
        status: 400
      )
    }
    try storeRemoval(
      metadata(changing: source) { $0.purge(.eventTrigger(table, name)) }
    )
  }

  // MARK: - Cron triggers

  private mutating func create(
    _ trigger: CronTrigger,
    _ entry: JSONValue,
    replaces: Bool
  ) throws(MetadataError) {
    if trigger.isBuiltIn, let defect = context.triggerDefect(entry) {
      throw failure(.notSupported, "cron trigger with name \"\(trigger.name)\": \(defect)")
    }
    var list = metadata.others["cron_triggers"]?.array ?? []
    let index = list.firstIndex { $0["name"]?.string == trigger.name }
    if let index {
      guard replaces else {
        throw failure(
          .alreadyExists,
          "cron trigger with name: \(trigger.name) already exists"
        )
      }
      list[index] = entry
    } else {
      list.append(entry)
    }
    var changed = metadata
    changed.others["cron_triggers"] = .array(list)
    store(changed)
  }

  private mutating func deleteCronTrigger(_ name: String) throws(MetadataError) {
    var changed = metadata
    let list = metadata.others["cron_triggers"]?.array ?? []
    let rest = list.filter { $0["name"]?.string != name }
    guard rest.count < list.count else {
      throw failure(.notExists, "cron trigger with name: \"\(name)\" does not exist")
    }
    changed.others["cron_triggers"] = .list(orNil: rest)
    store(changed)
  }
}
