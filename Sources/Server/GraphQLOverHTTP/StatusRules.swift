import Engine

/// By which of three customs an answer's HTTP status is chosen.
enum StatusRules: Hashable, Sendable {
  /// 200 whatever happened: Hasura's `/v1/graphql`.
  case alwaysOK
  /// The status of the error: Hasura's `/v1alpha1/graphql`.
  case hasura
  /// The GraphQL over HTTP draft.
  case draft

  /// The status of an answer, by how far the request came; `hasuraStatus` is that of its error.
  func status(of outcome: GraphQLOutcome, hasuraStatus: Int) -> Int {
    switch (self, outcome) {
    case (_, .requestError(.method)): 405
    case (_, .data), (.alwaysOK, _): 200
    case (.hasura, _): hasuraStatus
    case (.draft, .partial): 294
    case (.draft, .requestError(.syntax)): 400
    case (.draft, .requestError(.validation)), (.draft, .requestError(.operation)),
      (.draft, .requestError(.variables)):
      422
    case (.draft, .requestError(.execution)): hasuraStatus
    }
  }

  /// The status of a request that never reached the engine.
  ///
  /// What is wrong about the transport itself is said by the transport, to everyone.
  func status(of error: RequestError, keeps401: Bool) -> Int {
    switch error.status {
    case 404, 405, 413, 415: return error.status
    case 401 where keeps401: return 401
    default: break
    }
    switch self {
    case .alwaysOK: return 200
    case .hasura: return error.status
    case .draft: return error.draftStatus
    }
  }
}
