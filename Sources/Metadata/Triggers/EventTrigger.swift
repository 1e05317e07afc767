package import JSON

/// What is told to a webhook when rows of a table change.
package struct EventTrigger: Hashable, Sendable {
  package enum Operation: String, CaseIterable, Hashable, Sendable {
    case insert, update, delete
  }

  package enum Columns: Hashable, Sendable {
    case all
    case some([String])
  }

  /// When an operation is told, and what of the row.
  package struct Specification: Hashable, Sendable {
    /// Of updates: whose changes count.
    package var columns: Columns
    /// What is sent of the row; nil for all.
    package var payload: Columns?
  }

  package enum Webhook: Hashable, Sendable {
    /// A URL with `{{VARIABLE}}` in it, perhaps.
    case url(String)
    case variable(String)
  }

  package var name: String
  package var specifications: [Operation: Specification]
  package var isManual: Bool
  package var webhook: Webhook
  package var headers: [WebhookHeader]
  package var retries: RetryPolicy
  package var isOnReplication: Bool
  /// How its logs are cleaned; nil where they are kept.
  package var cleanup: CleanupSchedule?
  /// `request_transform` and `response_transform`, as they came.
  package var others: JSONObject
}

/// How often and how soon a request to a webhook is tried again.
package struct RetryPolicy: Hashable, Sendable {
  package var count = 0
  /// Seconds.
  package var interval = 10
  /// Seconds.
  package var timeout = 60
  /// Of scheduled events, seconds: what is later than that is not sent any more.
  package var tolerance = 21_600

  package init() {}
}

extension RetryPolicy {
  /// The form of event triggers.
  init(decodingEvent cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("RetryConf")
    count = try cursor.optional("num_retries")?.int() ?? 0
    interval = try cursor.optional("interval_sec")?.int() ?? 10
    timeout = try cursor.optional("timeout_sec")?.int() ?? 60
  }

  /// The form of scheduled triggers.
  init(decodingScheduled cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("STRetryConf")
    count = try cursor.optional("num_retries")?.int() ?? 0
    interval = try cursor.optional("retry_interval_seconds")?.int() ?? 10
    timeout = try cursor.optional("timeout_seconds")?.int() ?? 60
    tolerance = try cursor.optional("tolerance_seconds")?.int() ?? 21_600
    guard count >= 0 else { throw cursor.failure("num_retries cannot be a negative value") }
  }

  var encodedForEvent: JSONValue {
    [
      "interval_sec": .number(JSONNumber(interval)), "num_retries": .number(JSONNumber(count)),
      "timeout_sec": .number(JSONNumber(timeout)),
    ]
  }

  package var encodedForSchedule: JSONValue {
    [
      "num_retries": .number(JSONNumber(count)),
      "retry_interval_seconds": .number(JSONNumber(interval)),
      "timeout_seconds": .number(JSONNumber(timeout)),
      "tolerance_seconds": .number(JSONNumber(tolerance)),
    ]
  }
}

extension EventTrigger.Columns {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    if case .string(let text) = cursor.value {
      guard text == "*" else {
        throw cursor.failure("subscribe columns can be a string or an array of columns")
      }
      self = .all
      return
    }
    self = .some(try cursor.map { column throws(MetadataError) in try column.string() })
  }

  func encoded() -> JSONValue {
    switch self {
    case .all: "*"
    case .some(let names): .array(names.map { .string($0) })
    }
  }
}

extension EventTrigger {
  /// The form of the document, and with `definition` left out that of the command.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    let object = try cursor.object("EventTriggerConf")
    name = try cursor.required("name").nonEmptyString()
    let definition = cursor.optional("definition") ?? cursor
    specifications = [:]
    for operation in Operation.allCases {
      guard let specification = definition.optional(operation.rawValue) else { continue }
      specifications[operation] = Specification(
        columns: try Columns(decoding: specification.required("columns")),
        payload: try specification.optional("payload").map(Columns.init(decoding:))
      )
    }
    isManual = try definition.optional("enable_manual")?.bool() ?? false
    switch (cursor.optional("webhook"), cursor.optional("webhook_from_env")) {
    case (let url?, nil): webhook = .url(try url.string())
    case (nil, let variable?): webhook = .variable(try variable.string())
    case (nil, nil):
      throw cursor.failure("Must provide webhook or webhook_from_env")
    default: throw cursor.failure("only one of webhook or webhook_from_env should be given")
    }
    headers = try cursor.list("headers", WebhookHeader.init(decoding:))
    retries =
      try cursor.optional("retry_conf").map(RetryPolicy.init(decodingEvent:)) ?? RetryPolicy()
    isOnReplication = try cursor.optional("trigger_on_replication")?.bool() ?? false
    cleanup = try cursor.optional("cleanup_config").map(CleanupSchedule.init(decoding:))
    others = JSONObject()
    for key in ["request_transform", "response_transform"] {
      if let value = object[key], !value.isNull { others.append(key, value) }
    }
    guard !specifications.isEmpty || isManual else {
      throw cursor.failure("atleast one amongst insert/update/delete spec must be provided")
    }
  }

  package func encoded() -> JSONValue {
    var definition = JSONObject()
    definition.append("enable_manual", .bool(isManual))
    for operation in [Operation.insert, .delete, .update] {
      guard let specification = specifications[operation] else { continue }
      var encoded = JSONObject()
      encoded.append("columns", specification.columns.encoded())
      if let payload = specification.payload { encoded.append("payload", payload.encoded()) }
      definition.append(operation.rawValue, .object(encoded))
    }
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("definition", .object(definition))
    object.append("retry_conf", retries.encodedForEvent)
    switch webhook {
    case .url(let url): object.append("webhook", .string(url))
    case .variable(let variable): object.append("webhook_from_env", .string(variable))
    }
    if !headers.isEmpty { object.append("headers", .array(headers.map { $0.encoded() })) }
    if isOnReplication { object.append("trigger_on_replication", true) }
    for member in others.members { object.append(member.key, member.value) }
    if let cleanup { object.append("cleanup_config", cleanup.encoded()) }
    return .object(object)
  }

  /// Gives the columns that it names other names.
  mutating func rename(_ name: (String) -> String) {
    func renamed(_ columns: Columns) -> Columns {
      if case .some(let names) = columns { .some(names.map(name)) } else { columns }
    }
    specifications = specifications.mapValues { specification in
      Specification(
        columns: renamed(specification.columns),
        payload: specification.payload.map(renamed)
      )
    }
  }

  /// The columns that a change of the table must leave.
  var namedColumns: [String] {
    var names: [String] = []
    for (_, specification) in specifications {
      for case .some(let columns)? in [specification.columns, specification.payload] {
        names += columns
      }
    }
    return names
  }
}

extension TrackedTable {
  /// Those that can be read.
  package var eventTriggers: [EventTrigger] {
    (others["event_triggers"]?.array ?? []).compactMap {
      try? EventTrigger(decoding: JSONCursor($0))
    }
  }

  mutating func setEventTriggers(_ triggers: [JSONValue]) {
    others["event_triggers"] = .list(orNil: triggers)
  }
}

extension RetryPolicy {
  /// The form in which scheduled events are stored.
  package init(stored value: JSONValue) {
    self = (try? RetryPolicy(decodingScheduled: JSONCursor(value))) ?? RetryPolicy()
  }
}
