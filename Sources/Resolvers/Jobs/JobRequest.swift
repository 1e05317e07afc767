package import JSON

/// A job that is to be done.
package struct JobRequest: Sendable {
  /// A row of `control.job_kind`.
  package var kind: String
  /// What is to be done, for people: `sma_cross`, `alpaca`.
  package var specRef: String
  package var spec: JSONObject
  package var workspace: String
  /// On whose behalf.
  package var createdBy: String
  /// Makes a second request of the same key the first one's job.
  package var idempotencyKey: String?
  /// Nil is that of the kind.
  package var priority: Int?
  package var timeoutSeconds: Int?
  package var schedule: (name: String, time: String)?

  package init(
    kind: String,
    specRef: String,
    spec: JSONObject,
    workspace: String,
    createdBy: String,
    idempotencyKey: String? = nil
  ) {
    self.kind = kind
    self.specRef = specRef
    self.spec = spec
    self.workspace = workspace
    self.createdBy = createdBy
    self.idempotencyKey = idempotencyKey
  }
}

/// Why a job cannot be added, cancelled or run again.
package struct JobRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
