package import JSON

/// What the engine answers when it does not do what was asked: Hasura's code, message and path.
///
/// It is the one error value that leaves the engine. Each layer's own errors become it in this
/// folder, and nowhere else.
package struct HasuraError: Error, Hashable, Sendable {
  /// Hasura's codes, as they are sent.
  package enum Code: String, CaseIterable, Hashable, Sendable {
    case accessDenied = "access-denied"
    case alreadyExists = "already-exists"
    case alreadyTracked = "already-tracked"
    case alreadyUntracked = "already-untracked"
    case badRequest = "bad-request"
    case busy
    case coercionError = "coercion-error"
    case concurrentUpdate = "concurrent-update"
    case conflict
    case constraintError = "constraint-error"
    case constraintViolation = "constraint-violation"
    case cyclicDependency = "cyclic-dependency"
    case dataException = "data-exception"
    case dependencyError = "dependency-error"
    case invalidConfiguration = "invalid-configuration"
    case invalidHeaders = "invalid-headers"
    case invalidJSON = "invalid-json"
    case invalidJWT = "invalid-jwt"
    case invalidParams = "invalid-params"
    case jwtInvalidClaims = "jwt-invalid-claims"
    case jwtMissingRoleClaims = "jwt-missing-role-claims"
    case metadataWarnings = "metadata-warnings"
    case methodNotAllowed = "method-not-allowed"
    case notExists = "not-exists"
    case notFound = "not-found"
    case notSupported = "not-supported"
    case parseFailed = "parse-failed"
    case permissionDenied = "permission-denied"
    case permissionError = "permission-error"
    case postgresError = "postgres-error"
    case postgresMaxConnectionsError = "postgres-max-connections-error"
    case remoteSchemaConflicts = "remote-schema-conflicts"
    case remoteSchemaError = "remote-schema-error"
    case startFailed = "start-failed"
    case templateResolutionFailed = "template-resolution-failed"
    case timeout
    case unexpected
    case unexpectedPayload = "unexpected-payload"
    case validationFailed = "validation-failed"
  }

  package var code: Code
  package var message: String
  /// A JSON path into the request: `$.selectionSet.author.args.where`.
  package var path: String
  /// The HTTP status, where the endpoint does not answer 200 to everything.
  package var httpStatus: Int
  /// Details that administrators see, and everybody in development mode.
  package var `internal`: JSONValue?
  /// A code that a webhook gave, in the place of Hasura's.
  package var givenCode: String?
  /// What a webhook gave as `extensions`, in the place of all that GraphQL's answer has there.
  package var givenExtensions: JSONObject?

  package init(
    _ code: Code,
    _ message: String,
    path: String = "$",
    httpStatus: Int? = nil,
    internal: JSONValue? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.httpStatus = httpStatus ?? code.httpStatus
    self.internal = `internal`
  }
}

extension HasuraError.Code {
  /// The status that goes with the code unless the place says otherwise.
  package var httpStatus: Int {
    switch self {
    case .accessDenied: 401
    case .conflict: 409
    case .methodNotAllowed: 405
    case .busy, .postgresError, .postgresMaxConnectionsError, .timeout, .unexpected: 500
    default: 400
    }
  }
}
