import Engine
import JSON

/// Why a request did not reach the engine: Hasura's error, and what HTTP has to say beside it.
struct RequestError: Error, Hashable {
  var error: HasuraError
  /// The status of the GraphQL over HTTP draft, to those who accept its media type.
  var draftStatus: Int
  /// What the header `Allow` says, where the method is the mistake.
  var allowedMethods: String?

  init(
    _ code: HasuraError.Code,
    _ message: String,
    path: String = "$",
    status: Int? = nil,
    draftStatus: Int? = nil,
    allowedMethods: String? = nil
  ) {
    error = HasuraError(code, message, path: path, httpStatus: status)
    self.draftStatus = draftStatus ?? error.httpStatus
    self.allowedMethods = allowedMethods
  }

  /// An error that is one of Hasura's already.
  init(_ error: HasuraError) {
    self.error = error
    draftStatus = error.httpStatus
  }

  /// The status by which Hasura answers where it does not answer 200.
  var status: Int { error.httpStatus }
  var graphQLBody: [UInt8] { error.answer(.graphQL, showingInternal: false) }
  var plainBody: [UInt8] { error.answer(.plain, showingInternal: false) }
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

  static let unsupportedContentCoding = RequestError(
    .badRequest,
    "the body of the request has to come without a Content-Encoding",
    status: 415
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
