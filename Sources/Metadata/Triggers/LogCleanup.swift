import JSON

/// Which entries of an event trigger's logs are deleted, and how many at once.
///
/// Only what is done with goes: events that were delivered or given up.
package struct LogCleanup: Hashable, Sendable {
  package var batchSize: Int
  /// Hours.
  package var age: Int
  /// Seconds that a batch may take.
  package var timeout: Int
  /// Whether what the webhook was asked and answered goes with the events.
  package var includesInvocations: Bool
}

/// `cleanup_config` of an event trigger: its logs are cleaned by a schedule.
package struct CleanupSchedule: Hashable, Sendable {
  package var cleanup: LogCleanup
  package var schedule: CronSchedule
  package var isPaused: Bool
}

/// The triggers whose cleanups a command pauses or resumes.
package enum CleanupSelection: Hashable, Sendable {
  case all
  case sources([String])
  case triggers([Qualifier])

  package struct Qualifier: Hashable, Sendable {
    package var source: String
    package var names: [String]
  }
}

extension LogCleanup {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    batchSize = try cursor.count("batch_size", 1...) ?? 10_000
    guard let age = try cursor.count("clear_older_than", 0...) else {
      throw cursor.failure("key \"clear_older_than\" not found")
    }
    self.age = age
    timeout = try cursor.count("timeout", 1...) ?? 60
    includesInvocations = try cursor.optional("clean_invocation_logs")?.bool() ?? false
  }
}

extension CleanupSchedule {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("AutoTriggerLogCleanupConfig")
    schedule = try CronSchedule(decoding: cursor.required("schedule"))
    cleanup = try LogCleanup(decoding: cursor)
    isPaused = try cursor.optional("paused")?.bool() ?? false
  }

  func encoded() -> JSONValue {
    [
      "batch_size": .number(JSONNumber(cleanup.batchSize)),
      "clean_invocation_logs": .bool(cleanup.includesInvocations),
      "clear_older_than": .number(JSONNumber(cleanup.age)),
      "paused": .bool(isPaused),
      "schedule": .string(schedule.text),
      "timeout": .number(JSONNumber(cleanup.timeout)),
    ]
  }
}

extension CleanupSelection {
  /// From the arguments of a command.
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    let selection = try arguments.required("event_triggers")
    switch selection.value {
    case .object:
      let sources = try selection.required("sources")
      if sources.value == "*" {
        self = .all
        return
      }
      guard case .array(let names) = sources.value else {
        throw sources.failure("source can be * or a list of source names")
      }
      guard !names.isEmpty else {
        throw sources.failure("source name list should have atleast one value")
      }
      self = .sources(try sources.map { name throws(MetadataError) in try name.string() })
    case .array(let list):
      guard !list.isEmpty else {
        throw selection.failure("qualifier list should have atleast one value")
      }
      self = .triggers(try selection.map(Qualifier.init(decoding:)))
    default:
      throw selection.failure(
        "The event trigger cleanup argument should either be \"*\", list of sources or list of "
          + "event trigger qualifiers"
      )
    }
  }
}

extension CleanupSelection.Qualifier {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("EventTriggerQualifier")
    let triggers = try cursor.required("event_triggers")
    names = try triggers.map { name throws(MetadataError) in try name.nonEmptyString() }
    guard !names.isEmpty else {
      throw triggers.failure("parsing NonEmpty failed, unexpected empty list")
    }
    source = try cursor.optional("source_name")?.string() ?? "default"
  }
}

extension JSONCursor {
  /// A number under a key that has to be in a range; nil where it is absent.
  fileprivate func count(
    _ key: String,
    _ range: PartialRangeFrom<Int>
  ) throws(MetadataError) -> Int? {
    guard let member = optional(key) else { return nil }
    let number = try member.int()
    guard range.contains(number), number <= Int(Int32.max) else {
      throw member.failure("\(key) has to be at least \(range.lowerBound), and is \(number)")
    }
    return number
  }
}

extension MetadataEditor {
  /// Pauses or resumes the cleanups of triggers.
  mutating func setCleanups(
    _ selection: CleanupSelection,
    isPaused: Bool
  ) throws(MetadataError) {
    var changed = metadata
    switch selection {
    case .all:
      for index in changed.sources.indices { changed.sources[index].setCleanups(isPaused) }
    case .sources(let names):
      for name in names {
        changed.sources[try self.index(ofSource: name)].setCleanups(isPaused)
      }
    case .triggers(let qualifiers):
      for qualifier in qualifiers {
        let index = try self.index(ofSource: qualifier.source)
        for name in qualifier.names {
          let trigger = changed.sources[index].tables.lazy.flatMap(\.eventTriggers)
            .first { $0.name == name }
          guard let trigger else {
            throw failure(.notExists, "event trigger \"\(name)\" does not exist")
          }
          guard trigger.cleanup != nil else {
            throw failure(.notExists, "cleanup config does not exist for \(name)")
          }
          changed.sources[index].setCleanups(isPaused) { $0 == name }
        }
      }
    }
    store(changed)
  }

  private func index(ofSource name: String) throws(MetadataError) -> Int {
    guard let index = metadata.sources.firstIndex(where: { $0.name == name }) else {
      throw failure(.notExists, "source with name \(name) does not exists")
    }
    return index
  }
}

extension Source {
  fileprivate mutating func setCleanups(
    _ isPaused: Bool,
    where isMeant: (String) -> Bool = { _ in true }
  ) {
    for index in tables.indices where tables[index].others["event_triggers"] != nil {
      let triggers = tables[index].eventTriggers.map { trigger in
        var trigger = trigger
        if isMeant(trigger.name) { trigger.cleanup?.isPaused = isPaused }
        return trigger.encoded()
      }
      tables[index].setEventTriggers(triggers)
    }
  }
}
