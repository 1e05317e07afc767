package import JSON

/// A command of the metadata API that changes no metadata: about events, calls and states.
package enum OperationCommand: Hashable, Sendable {
  /// Which part of a list is asked for.
  package struct Page: Hashable, Sendable {
    package var limit: Int?
    package var offset: Int?
  }

  /// The two kinds of scheduled events.
  package enum Schedule: String, Hashable, Sendable {
    case cron
    case oneOff = "one_off"
  }

  package struct ScheduledEvent: Hashable, Sendable {
    package var webhook: EventTrigger.Webhook
    /// As PostgreSQL reads it.
    package var time: String
    package var payload: JSONValue?
    package var headers: [WebhookHeader]
    package var retries: RetryPolicy
    package var comment: String?
  }

  case redeliverEvent(id: String, source: String)
  case invokeEventTrigger(name: String, payload: JSONValue, source: String)
  case getEventLogs(name: String, source: String, statuses: [String], Page)
  case cleanEventLogs(name: String, source: String, LogCleanup)
  case getEventInvocations(name: String, source: String, Page)
  case getEvent(id: String, source: String, Page)
  case createScheduledEvent(ScheduledEvent)
  case deleteScheduledEvent(Schedule, id: String)
  case getScheduledEvents(Schedule, trigger: String?, statuses: [String], countsRows: Bool, Page)
  case getInvocations(Schedule, trigger: String?, id: String?, countsRows: Bool, Page)
  case getCatalogState
  case setCatalogState(type: String, JSONValue)
  case testTransform(JSONValue)
}

extension OperationCommand {
  static let plainTypes: Set<String> = [
    "create_scheduled_event", "delete_scheduled_event", "get_scheduled_events",
    "get_scheduled_event_invocations", "get_catalog_state", "set_catalog_state",
    "test_webhook_transform", "cleanup_event_trigger_logs",
  ]
  static let sourceTypes: Set<String> = [
    "redeliver_event", "invoke_event_trigger", "get_event_logs", "get_event_invocation_logs",
    "get_event_by_id",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_scheduled_event":
      self = .createScheduledEvent(try ScheduledEvent(decoding: arguments))
    case "delete_scheduled_event":
      self = .deleteScheduledEvent(
        try Schedule(decoding: arguments.required("type")),
        id: try arguments.required("event_id").string()
      )
    case "get_scheduled_events":
      let schedule = try Schedule(decoding: arguments.required("type"))
      self = .getScheduledEvents(
        schedule,
        trigger: schedule == .cron
          ? try arguments.required("trigger_name").nonEmptyString() : nil,
        statuses: try arguments.list("status") { status throws(MetadataError) in
          try status.string()
        },
        countsRows: try arguments.countsRows(),
        try Page(decoding: arguments)
      )
    case "get_scheduled_event_invocations":
      self = .getInvocations(
        try Schedule(decoding: arguments.required("type")),
        trigger: try arguments.optional("trigger_name")?.string(),
        id: try arguments.optional("event_id")?.string(),
        countsRows: try arguments.countsRows(),
        try Page(decoding: arguments)
      )
    case "cleanup_event_trigger_logs":
      self = .cleanEventLogs(
        name: try arguments.required("event_trigger_name").nonEmptyString(),
        source: try arguments.source(),
        try LogCleanup(decoding: arguments)
      )
    case "get_catalog_state": self = .getCatalogState
    case "set_catalog_state":
      let kind = try arguments.required("type")
      let name = try kind.string()
      guard ["cli", "console"].contains(name) else {
        throw kind.failure("expected one of 'cli' and 'console'")
      }
      self = .setCatalogState(type: name, try arguments.required("state").value)
    case "test_webhook_transform":
      _ = try arguments.object("TestWebhookTransform")
      _ = try arguments.required("webhook_url")
      _ = try arguments.required("body")
      _ = try arguments.required("request_transform")
      self = .testTransform(arguments.value)
    default: try self.init(source: type, arguments)
    }
  }

  private init(source type: String, _ arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "redeliver_event":
      self = .redeliverEvent(
        id: try arguments.required("event_id").string(),
        source: try arguments.source()
      )
    case "invoke_event_trigger":
      self = .invokeEventTrigger(
        name: try arguments.required("name").nonEmptyString(),
        payload: try arguments.required("payload").value,
        source: try arguments.source()
      )
    case "get_event_logs":
      self = .getEventLogs(
        name: try arguments.required("name").nonEmptyString(),
        source: try arguments.source(),
        statuses: try arguments.list("status") { status throws(MetadataError) in
          try status.string()
        },
        try Page(decoding: arguments)
      )
    case "get_event_invocation_logs":
      self = .getEventInvocations(
        name: try arguments.required("name").nonEmptyString(),
        source: try arguments.source(),
        try Page(decoding: arguments)
      )
    default:
      self = .getEvent(
        id: try arguments.required("event_id").string(),
        source: try arguments.source(),
        Page(
          limit: try arguments.optional("invocation_log_limit")?.int(),
          offset: try arguments.optional("invocation_log_offset")?.int()
        )
      )
    }
  }
}

extension OperationCommand.Page {
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    limit = try arguments.optional("limit")?.int()
    offset = try arguments.optional("offset")?.int()
  }
}

extension OperationCommand.Schedule {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    guard let kind = Self(rawValue: try cursor.string()) else {
      throw cursor.failure("expected one of 'cron' and 'one_off'")
    }
    self = kind
  }
}

extension OperationCommand.ScheduledEvent {
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    _ = try arguments.object("CreateScheduledEvent")
    webhook = try EventTrigger.Webhook(decoding: arguments.required("webhook"))
    time = try arguments.required("schedule_at").string()
    payload = arguments.optional("payload")?.value
    headers = try arguments.list("headers", WebhookHeader.init(decoding:))
    retries =
      try arguments.optional("retry_conf").map(RetryPolicy.init(decodingScheduled:))
      ?? RetryPolicy()
    comment = try arguments.optional("comment")?.string()
  }
}

extension JSONCursor {
  fileprivate func countsRows() throws(MetadataError) -> Bool {
    try optional("get_rows_count")?.bool() ?? false
  }
}
