import JSON

/// Why a request was not carried out, as Hasura words it, with the status codes of both worlds.
struct RequestError: Error, Hashable {
  /// Hasura's codes that begin outside of the engine.
  enum Code: String, Sendable {
    case accessDenied = "access-denied"
    case badRequest = "bad-request"
    case invalidJSON = "invalid-json"
    case methodNotAllowed = "method-not-allowed"
    case notFound = "not-found"
    case notSupported = "not-supported"
    case parseFailed = "parse-failed"
    case unexpected
    case validationFailed = "validation-failed"
  }

  var code: Code
  var message: String
  /// A JSON path into the request.
  var path = "$"
  /// The status by which Hasura answers where it does not answer 200.
  var status: Int
  /// The status of the GraphQL over HTTP draft, to those who accept its media type.
  var draftStatus: Int
  /// What the header `Allow` says, where the method is the mistake.
  var allowedMethods: String?

  init(
    _ code: Code,
    _ message: String,
    path: String = "$",
    status: Int = 400,
    draftStatus: Int? = nil,
    allowedMethods: String? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.status = status
    self.draftStatus = draftStatus ?? status
    self.allowedMethods = allowedMethods
  }

  /// The error in the form of a GraphQL response.
  var graphQLBody: [UInt8] {
    (["errors": [graphQLError]] as JSONValue).serialized
  }

  private var graphQLError: JSONValue {
    [
      "message": .string(message),
      "extensions": ["path": .string(path), "code": .string(code.rawValue)],
    ]
  }

  /// The error in the form of every other endpoint.
  var plainBody: [UInt8] {
    let value: JSONValue = [
      "error": .string(message), "path": .string(path), "code": .string(code.rawValue),
    ]
    return value.serialized
  }
}

extension RequestError {
  static func notJSON(_ error: JSONError) -> RequestError {
    RequestError(.invalidJSON, "Error in $: Failed reading: not a valid json value (\(error))")
  }

  static let resourceMissing = RequestError(.notFound, "resource does not exist", status: 404)

  static let adminOnly = RequestError(
    .accessDenied,
    "restricted access : admin only",
    status: 400
  )

  static let persistedQueriesDisabled = RequestError(
    .notSupported,
    "Automatic Persisted Queries is not enabled",
    draftStatus: 422
  )

  static let unsupportedMediaType = RequestError(
    .badRequest,
    "the Content-Type of the request has to be application/json",
    status: 415
  )

  static func bodyTooLarge(limit: Int) -> RequestError {
    RequestError(.badRequest, "the body is larger than \(limit) bytes", status: 413)
  }

  static func methodNotAllowed(_ allowed: String) -> RequestError {
    RequestError(
      .methodNotAllowed,
      "Allowed methods: \(allowed)",
      status: 405,
      allowedMethods: allowed
    )
  }
}
