import Engine
import HTTP
import Testing

@testable import apus

/// The older `graphql-ws`, as Hasura speaks it.
struct LegacyMachineTests {
  private let start = #"{"id":"1","type":"start","payload":{"query":"{ a }"}}"#
  private let complete = SocketAction.send(#"{"id":"1","type":"complete"}"#)

  private func ready(_ shape: HasuraError.Shape = .graphQL) -> LegacyMachine {
    var machine = LegacyMachine(maximumOperations: 2, shape: shape)
    #expect(machine.receive(#"{"type":"connection_init","payload":{}}"#) == [.authenticate([])])
    #expect(
      machine.accept() == [.send(#"{"type":"connection_ack"}"#), .send(#"{"type":"ka"}"#)]
    )
    return machine
  }

  private func error(_ message: String) -> SocketAction {
    .send(
      #"{"id":"1","type":"error","payload":{"errors":[{"message":"\#(message)","#
        + #""extensions":{"path":"$","code":"start-failed"}}]}}"#
    )
  }

  @Test func answersAQueryOnceAndCompletes() {
    var machine = ready()
    #expect(machine.receive(start) == [.start(OperationID("1"), GraphQLCall(query: "{ a }"))])
    #expect(
      machine.answer(OperationID("1"), .data)
        == [.send(#"{"id":"1","type":"data","payload":{"data":{"a":1}}}"#), complete]
    )
  }

  @Test func tellsARefusalAndCompletes() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(
      machine.answer(OperationID("1"), .error(.validation))
        == [
          .send(
            #"{"id":"1","type":"error","payload":{"errors":[{"message":"no","#
              + #""extensions":{"path":"$.x","code":"validation-failed"}}]}}"#
          ),
          complete,
        ]
    )
    _ = machine.receive(start)
    #expect(
      machine.answer(OperationID("1"), .error(.execution))
        == [
          .send(
            #"{"id":"1","type":"data","payload":{"errors":[{"message":"no","#
              + #""extensions":{"path":"$.x","code":"validation-failed"}}]}}"#
          ),
          complete,
        ]
    )
  }

  @Test func tellsErrorsInTheShapeOfV1Alpha1() {
    var machine = LegacyMachine(maximumOperations: 1, shape: .plain)
    let message = "start received before the connection is initialised"
    #expect(
      machine.receive(start)
        == [
          .send(
            #"{"id":"1","type":"error","payload":{"error":"\#(message)","path":"$","#
              + #""code":"start-failed"}}"#
          ),
          complete,
        ]
    )
    machine = ready(.plain)
    _ = machine.receive(start)
    #expect(
      machine.answer(OperationID("1"), .error(.validation))
        == [
          .send(
            #"{"id":"1","type":"error","payload":{"error":"no","path":"$.x","#
              + #""code":"validation-failed"}}"#
          ),
          complete,
        ]
    )
  }

  @Test func startsNothingBeforeTheSession() {
    var machine = LegacyMachine(maximumOperations: 1)
    #expect(
      machine.receive(start)
        == [error("start received before the connection is initialised"), complete]
    )
  }

  @Test func refusesANameThatIsInUse() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(
      machine.receive(start)
        == [error("an operation already exists with this id: 1"), complete]
    )
    // The first one goes on.
    #expect(machine.answer(OperationID("1"), .data).count == 2)
  }

  @Test func stopsWithoutAnAnswer() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(machine.receive(#"{"type":"stop","id":"1"}"#) == [.stop(OperationID("1"))])
    #expect(machine.receive(#"{"type":"stop","id":"1"}"#) == [])
    #expect(machine.answer(OperationID("1"), .data) == [])
  }

  @Test func opensASessionAnew() {
    var machine = ready()
    #expect(machine.receive(#"{"type":"connection_init"}"#) == [.authenticate([])])
  }

  @Test func refusesWhoeverMayNotComeIn() {
    var machine = LegacyMachine(maximumOperations: 1)
    _ = machine.receive(#"{"type":"connection_init"}"#)
    #expect(
      machine.refuse(HasuraError(.accessDenied, "no entry"))
        == [
          .note("no entry"),
          .send(#"{"type":"connection_error","payload":"no entry"}"#),
          .close(4400, "Connection initialization failed: no entry"),
        ]
    )
  }

  @Test func endsWhenTheClientWantsItOrIsLate() {
    var machine = ready()
    #expect(machine.receive(#"{"type":"connection_terminate"}"#) == [.close(.normal)])
    var late = LegacyMachine(maximumOperations: 1)
    #expect(late.timeOut() == [.close(1011, "Connection initialisation timed out")])
  }

  @Test(
    arguments: [
      ("{", "not JSON: unexpected end of the text at byte 1"),
      ("[]", "expected an object, but encountered Array"),
      (#"{"type":"test"}"#, #"no client sends messages of type \"test\""#),
      (#"{"type":"stop"}"#, #"\"id\" has to be there, as a string that is not empty"#),
      (#"{"type":"start","id":"1"}"#, #"\"payload\" has to be there"#),
    ]
  )
  func tellsWhatIsNoMessageAndLivesOn(text: String, reason: String) {
    var machine = ready()
    let actions = machine.receive(text)
    #expect(
      actions.last
        == .send(
          #"{"type":"connection_error","payload":"parsing ClientMessage failed, \#(reason)"}"#
        )
    )
    #expect(actions.count == 2 && !actions.contains(where: \.isClose))
    #expect(machine.receive(start) == [.start(OperationID("1"), GraphQLCall(query: "{ a }"))])
  }
}
