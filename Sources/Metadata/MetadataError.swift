package import JSON

/// A refusal of the metadata API, with all that Hasura's answer says.
package struct MetadataError: Error, Hashable, Sendable {
  /// Hasura's codes, as they are sent.
  package enum Code: String, Hashable, Sendable {
    case accessDenied = "access-denied"
    case alreadyExists = "already-exists"
    case alreadyTracked = "already-tracked"
    case alreadyUntracked = "already-untracked"
    case badRequest = "bad-request"
    case conflict
    case constraintError = "constraint-error"
    case constraintViolation = "constraint-violation"
    case cyclicDependency = "cyclic-dependency"
    case dataConnector = "data-connector-error"
    case dependencyError = "dependency-error"
    case invalidConfiguration = "invalid-configuration"
    case invalidParams = "invalid-params"
    case metadataWarnings = "metadata-warnings"
    case notExists = "not-exists"
    case notFound = "not-found"
    case notSupported = "not-supported"
    case parseFailed = "parse-failed"
    case permissionDenied = "permission-denied"
    case unexpected
    case unexpectedPayload = "unexpected-payload"
    case validationFailed = "validation-failed"
  }

  package var code: Code
  package var message: String
  /// A JSON path into the request: `$.args.table`.
  package var path: String
  /// Details that only administrators see.
  package var `internal`: JSONValue?
  /// The HTTP status of the answer.
  package var status: Int

  package init(
    _ code: Code,
    _ message: String,
    path: String = "$",
    internal: JSONValue? = nil,
    status: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.internal = `internal`
    self.status = status ?? code.status
  }

  /// What any other role than `admin` gets to hear.
  package static let adminOnly = MetadataError(
    .accessDenied,
    "restricted access : admin only",
    path: "$.args"
  )

  /// Hasura's answer: `{"error":…,"path":…,"code":…}`, with `internal` for those who may see it.
  package func encoded(showingInternal: Bool = true) -> JSONValue {
    var object = JSONObject()
    object.append("error", .string(message))
    object.append("path", .string(path))
    object.append("code", .string(code.rawValue))
    if showingInternal, let details = `internal` { object.append("internal", details) }
    return .object(object)
  }
}

extension MetadataError.Code {
  /// The HTTP status that most errors of the code have.
  fileprivate var status: Int {
    switch self {
    case .conflict: 409
    case .unexpected: 500
    default: 400
    }
  }
}
