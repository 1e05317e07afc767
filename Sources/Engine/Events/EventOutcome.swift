import JSON
import PostgresClient

/// What came of telling a webhook of an event, until it is written down.
struct EventOutcome: Sendable {
  var event: Event
  var attempt: WebhookAttempt
  /// Seconds; nil where it is not tried again.
  var retry: Int?
}

/// An event that has to wait for another one of its row, until that is written down.
struct HandedBackEvent: Sendable {
  var id: String
  /// The other one's.
  var head: String
}

/// What is to be written down of telling events.
struct EventNotes: Sendable {
  var outcomes: [EventOutcome] = []
  /// The ids of events whose trigger is not known yet.
  var postponed: [String] = []
  var handedBack: [HandedBackEvent] = []

  var isEmpty: Bool { outcomes.isEmpty && postponed.isEmpty && handedBack.isEmpty }

  /// Each of the outcomes by itself, and what has to wait.
  var parts: [EventNotes] {
    outcomes.map { EventNotes(outcomes: [$0]) }
      + (postponed.isEmpty && handedBack.isEmpty
        ? [] : [EventNotes(postponed: postponed, handedBack: handedBack)])
  }

  /// Of the events that were told or have to wait.
  var ids: [String] { outcomes.map(\.event.id) + postponed }

  mutating func append(_ other: EventNotes) {
    outcomes += other.outcomes
    postponed += other.postponed
    handedBack += other.handedBack
  }

  /// The statements that write it down, with what was asked and answered or without.
  func batch(withInvocations: Bool = true) -> QueryBatch {
    var batch = QueryBatch()
    if !outcomes.isEmpty {
      batch.append(sql: EventLog.noting, Parameters(json: .array(outcomes.map(\.note))))
      if withInvocations { batch.append(sql: EventLog.notingInvocations, invocations) }
    }
    if !postponed.isEmpty {
      let ids = JSONValue.array(postponed.map { .string($0) })
      batch.append(sql: EventLog.postponing, Parameters(json: ids))
    }
    // What waits for another one is tried when that one is, as has just been written.
    if !handedBack.isEmpty {
      let list = handedBack.map {
        JSONValue(dictionaryLiteral: ("id", .string($0.id)), ("head", .string($0.head)))
      }
      batch.append(sql: EventLog.deferring, Parameters(json: .array(list)))
    }
    return batch
  }

  /// The list of what was asked and answered.
  private var invocations: Parameters {
    var writer = JSONWriter()
    writer.beginArray()
    for outcome in outcomes {
      writer.beginObject()
      writer.key("id")
      writer.string(outcome.event.id)
      writer.key("trigger")
      writer.string(outcome.event.trigger)
      writer.key("status")
      if let status = outcome.attempt.status { writer.int(status) } else { writer.null() }
      writer.key("request")
      writer.raw(outcome.attempt.request.span)
      writer.key("response")
      writer.raw(outcome.attempt.response.span)
      writer.endObject()
    }
    writer.endArray()
    var parameters = Parameters()
    parameters.append(text: writer.finish())
    return parameters
  }
}

extension EventOutcome {
  fileprivate var note: JSONValue {
    let isFinal = retry == nil
    return [
      "id": .string(event.id), "delivered": .bool(attempt.isSuccess),
      "error": .bool(isFinal && !attempt.isSuccess),
      "retry": retry.map { .number(JSONNumber($0)) } ?? .null,
    ]
  }
}

extension PostgresError {
  /// Whether the statement or its values are at fault, so that another try would fail alike.
  ///
  /// Not so where the database is short of something, is being stopped or can only be read, or where
  /// transactions were in each other's way.
  var isLasting: Bool {
    guard kind == .server else { return false }
    return !["08", "25", "40", "53", "55", "57", "58", "XX"].contains(sqlstate.classCode)
  }
}
