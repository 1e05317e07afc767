import Engine
import HTTP

@testable import apus

extension SocketMachine {
  /// Takes a message as text.
  mutating func receive(_ text: String) -> [SocketAction] { receive(Array(text.utf8)) }
}

extension SocketAction {
  static func send(_ text: String) -> SocketAction { .send(Array(text.utf8)) }

  static func close(_ code: UInt16, _ reason: String) -> SocketAction {
    .close(WebSocketClose(code, reason))
  }

  /// Whether the connection ends.
  var isClose: Bool {
    if case .close = self { true } else { false }
  }
}

extension GraphQLAnswer {
  static let data = GraphQLAnswer(
    body: Array(#"{"data":{"a":1}}"#.utf8),
    httpStatus: 200,
    outcome: .data
  )

  /// An error as the engine tells it, of a stage.
  static func error(_ stage: GraphQLOutcome.Stage) -> GraphQLAnswer {
    let error = HasuraError(.validationFailed, "no", path: "$.x")
    return GraphQLAnswer(
      body: error.answer(.graphQL, showingInternal: false),
      httpStatus: 400,
      outcome: .requestError(stage)
    )
  }
}
