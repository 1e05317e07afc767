import Engine
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
