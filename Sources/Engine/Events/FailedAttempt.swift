/// A webhook that could not be told of an event, for the operator's log.
///
/// Neither the address nor what was sent is part of it: both may hold secrets.
package struct FailedAttempt: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case event
    case cron
    case oneOff
  }

  package var kind: Kind
  /// Of the trigger; nil for an event that was planned by itself.
  package var trigger: String?
  /// Of the event.
  package var id: String
  /// HTTP's; nil where there was no answer.
  package var status: Int?

  /// What the log says.
  package var text: String {
    let what =
      switch (kind, trigger) {
      case (.event, let name?): "event trigger \"\(name)\""
      case (.cron, let name?): "cron trigger \"\(name)\""
      default: "scheduled event"
      }
    let outcome = status.map { "answered with status \($0)" } ?? "could not be asked"
    return "\(what): the webhook \(outcome) when it was told of \(id)"
  }
}

extension WebhookAttempt {
  /// What there is to report; nil where the attempt was none that failed.
  func failure(_ kind: FailedAttempt.Kind, _ trigger: String?, _ id: String) -> FailedAttempt? {
    guard !isSuccess else { return nil }
    let answer = status == Self.noAnswer ? nil : status
    return FailedAttempt(kind: kind, trigger: trigger, id: id, status: answer)
  }
}
