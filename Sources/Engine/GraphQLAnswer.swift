package import GraphQLCore

/// The answer to a GraphQL request.
package struct GraphQLAnswer: Sendable {
  /// The whole body, `{"data":…}` or `{"errors":[…]}`.
  package var body: [UInt8]
  /// Hasura's status: that of the error, 200 without one.
  package var httpStatus: Int
  package var outcome: GraphQLOutcome
  /// Nil where the request was refused before it was known.
  package var operation: OperationKind?
  /// Whether it was given before, to an earlier request under the same idempotency key.
  package var isReplay = false
  /// What goes into the head of the answer, such as cookies that a webhook sets.
  package var headers: [WebhookHeaderField] = []

  package init(body: [UInt8], httpStatus: Int, outcome: GraphQLOutcome) {
    self.body = body
    self.httpStatus = httpStatus
    self.outcome = outcome
  }
}

/// How far a GraphQL request came; the status codes of GraphQL over HTTP follow from it.
package enum GraphQLOutcome: Hashable, Sendable {
  case data
  /// Data, even `null`, beside errors.
  case partial
  /// Nothing ran, or nothing came of it.
  case requestError(Stage)

  /// What refused a request.
  package enum Stage: Hashable, Sendable {
    case syntax
    case validation
    /// The operation's name, or its absence.
    case operation
    case variables
    /// A mutation by a method that may not change anything.
    case method
    case execution
  }
}
