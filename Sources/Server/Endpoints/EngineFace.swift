import EventLoop
import JSON

/// What the endpoints ask of the engine.
struct EngineFace: Sendable {
  var graphql:
    @Sendable (GraphQLCall, _ allowsMutation: Bool, Session, EventLoop) async -> GraphQLAnswer
  var metadata: @Sendable (JSONValue, EventLoop) async -> CommandAnswer
  var query: @Sendable (JSONValue, EventLoop) async -> CommandAnswer
  var health: @Sendable (EventLoop) async -> Health
}

struct GraphQLAnswer: Sendable {
  var body: [UInt8]
  /// Hasura's status of the first error.
  var httpStatus: Int
  var outcome: GraphQLOutcome
}

struct CommandAnswer: Sendable {
  var status: Int
  var body: [UInt8]
}

enum Health: Sendable {
  case good
  case inconsistentMetadata
  case unreachableMetadata
}
