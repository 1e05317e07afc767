package import JSON

/// A request to a webhook at times that a cron expression gives.
package struct CronTrigger: Hashable, Sendable {
  package var name: String
  package var webhook: EventTrigger.Webhook
  package var schedule: CronSchedule
  package var payload: JSONValue?
  package var headers: [WebhookHeader]
  package var retries: RetryPolicy
  package var isInMetadata: Bool
  package var comment: String?
  /// `request_transform` and `response_transform`, as they came.
  package var others: JSONObject
}

extension CronTrigger {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    let object = try cursor.object("CronTriggerMetadata")
    name = try cursor.required("name").nonEmptyString()
    webhook = try EventTrigger.Webhook(decoding: cursor.required("webhook"))
    schedule = try CronSchedule(decoding: cursor.required("schedule"))
    payload = cursor.optional("payload")?.value
    headers = try cursor.list("headers", WebhookHeader.init(decoding:))
    retries =
      try cursor.optional("retry_conf").map(RetryPolicy.init(decodingScheduled:)) ?? RetryPolicy()
    isInMetadata = try cursor.optional("include_in_metadata")?.bool() ?? true
    comment = try cursor.optional("comment")?.string()
    others = JSONObject()
    for key in ["request_transform", "response_transform"] {
      if let value = object[key], !value.isNull { others.append(key, value) }
    }
  }

  /// Whether it calls one of the server's own mutations, and no webhook.
  package var isBuiltIn: Bool {
    if case .url(let url) = webhook { url.hasPrefix("apus:") } else { false }
  }

  /// The arguments of the command as an entry of the document, with all that they have.
  func entry(_ arguments: JSONCursor) -> JSONValue {
    var entry = arguments.value.object ?? JSONObject()
    entry["replace"] = Optional.none
    if entry["include_in_metadata"] == nil { entry["include_in_metadata"] = .bool(true) }
    return .object(entry)
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("webhook", webhook.encoded())
    object.append("schedule", .string(schedule.text))
    object.append("include_in_metadata", .bool(isInMetadata))
    if let payload { object.append("payload", payload) }
    if retries != RetryPolicy() { object.append("retry_conf", retries.encodedForSchedule) }
    if !headers.isEmpty { object.append("headers", .array(headers.map { $0.encoded() })) }
    if let comment { object.append("comment", .string(comment)) }
    for member in others.members { object.append(member.key, member.value) }
    return .object(object)
  }
}

extension EventTrigger.Webhook {
  /// A URL with templates, or `{"from_env": variable}`.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    if case .object = cursor.value {
      self = .variable(try cursor.required("from_env").string())
    } else {
      self = .url(try cursor.string())
    }
  }

  package func encoded() -> JSONValue {
    switch self {
    case .url(let url): .string(url)
    case .variable(let variable): ["from_env": .string(variable)]
    }
  }
}

extension Metadata {
  /// Those that can be read.
  package var cronTriggers: [CronTrigger] {
    (others["cron_triggers"]?.array ?? []).compactMap { try? CronTrigger(decoding: JSONCursor($0)) }
  }
}
