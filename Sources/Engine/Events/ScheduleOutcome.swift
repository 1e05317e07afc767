import PostgresClient

/// What came of a scheduled event, until it is written down.
struct ScheduleOutcome: Sendable {
  enum Status: Hashable, Sendable {
    case delivered, error
    /// It was too late to tell it.
    case dead
    /// It is tried again after some seconds.
    case scheduled(after: Int)
  }

  var kind: ScheduleLog.Kind
  var id: String
  var status: Status
  /// Nil where the webhook was not asked.
  var attempt: WebhookAttempt?

  /// The statements that write it down, with what was asked and answered or without.
  func batch(withInvocation: Bool) -> QueryBatch {
    var parameters = Parameters()
    parameters.append(text: id)
    var retry: Int?
    switch status {
    case .delivered: parameters.append(text: "delivered")
    case .error: parameters.append(text: "error")
    case .dead: parameters.append(text: "dead")
    case .scheduled(let seconds):
      parameters.append(text: "scheduled")
      retry = seconds
    }
    if let retry { parameters.append(text: String(retry)) } else { parameters.appendNull() }
    parameters.append(text: status == .dead ? "0" : "1")
    var batch = QueryBatch()
    batch.append(sql: ScheduleLog.noting(kind), parameters)
    if withInvocation, let attempt {
      batch.append(sql: ScheduleLog.notingInvocation(kind), invocation(attempt))
    }
    return batch
  }

  private func invocation(_ attempt: WebhookAttempt) -> Parameters {
    var parameters = Parameters()
    parameters.append(text: id)
    if let status = attempt.status {
      parameters.append(text: String(status))
    } else {
      parameters.appendNull()
    }
    parameters.append(text: attempt.request)
    parameters.append(text: attempt.response)
    return parameters
  }
}
