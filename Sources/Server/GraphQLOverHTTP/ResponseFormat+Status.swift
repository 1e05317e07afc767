import Engine

extension ResponseFormat {
  /// The status of an answer; `hasuraStatus` is that of its first error.
  func status(
    of outcome: GraphQLOutcome,
    hasuraStatus: Int,
    keepsStatus: Bool
  ) -> Int {
    switch (self, outcome) {
    case (_, .requestError(.method)): 405
    case (.hasura, _): keepsStatus ? hasuraStatus : 200
    case (.graphQLResponse, .data): 200
    case (.graphQLResponse, .partial): 294
    case (.graphQLResponse, .requestError(.syntax)): 400
    case (.graphQLResponse, .requestError(.validation)),
      (.graphQLResponse, .requestError(.operation)),
      (.graphQLResponse, .requestError(.variables)):
      422
    case (.graphQLResponse, .requestError(.execution)): hasuraStatus
    }
  }

  /// The status of a request that never reached the engine.
  ///
  /// Hasura answers 200 to whatever has a GraphQL error to show; what is wrong about the transport
  /// itself is said by the transport.
  func status(of error: RequestError, keepsStatus: Bool, keeps401: Bool) -> Int {
    switch error.status {
    case 404, 405, 413, 415: return error.status
    default: break
    }
    guard self == .hasura else { return error.draftStatus }
    return keepsStatus || (keeps401 && error.status == 401) ? error.status : 200
  }
}
