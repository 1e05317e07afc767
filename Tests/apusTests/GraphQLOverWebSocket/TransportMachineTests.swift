import Engine
import HTTP
import JSON
import Testing

@testable import apus

/// `graphql-transport-ws` by its own text, message by message.
struct TransportMachineTests {
  private let start = #"{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}"#
  private let errors = #"[{"message":"no","extensions":{"path":"$.x","code":"validation-failed"}}]"#

  /// A machine whose client has shown who it is.
  private func ready(limit: Int = 10) -> TransportMachine {
    var machine = TransportMachine(maximumOperations: limit)
    #expect(machine.receive(#"{"type":"connection_init"}"#) == [.authenticate([])])
    #expect(machine.accept() == [.send(#"{"type":"connection_ack"}"#)])
    return machine
  }

  // MARK: - Opening

  @Test func takesTheHeadersOfTheSession() throws {
    var machine = TransportMachine(maximumOperations: 1)
    let message = """
      {"type":"connection_init","payload":{"headers":{"X-Hasura-Role":"desk","none":null},"other":1}}
      """
    #expect(
      machine.receive(message)
        == [.authenticate([try ConnectionHeader("X-Hasura-Role", "desk")])]
    )
    #expect(!machine.isReady)
    #expect(machine.accept() == [.send(#"{"type":"connection_ack"}"#)])
    #expect(machine.isReady)
  }

  @Test(
    arguments: [
      #"{"type":"connection_init","payload":null}"#,
      #"{"type":"connection_init","payload":{}}"#,
      #"{"type":"connection_init","payload":{"headers":null}}"#,
      #"{"payload":{"headers":{}},"type":"connection_init","extra":[1]}"#,
    ]
  )
  func takesASessionWithoutHeaders(message: String) {
    var machine = TransportMachine(maximumOperations: 1)
    #expect(machine.receive(message) == [.authenticate([])])
  }

  @Test func refusesASecondOpeningWhenever() {
    let close = SocketAction.close(4429, "Too many initialisation requests")
    var early = TransportMachine(maximumOperations: 1)
    _ = early.receive(#"{"type":"connection_init"}"#)
    #expect(early.receive(#"{"type":"connection_init"}"#) == [close])
    var late = ready()
    #expect(late.receive(#"{"type":"connection_init"}"#) == [close])
  }

  @Test func refusesWhoeverMayNotComeIn() {
    var machine = TransportMachine(maximumOperations: 1)
    _ = machine.receive(#"{"type":"connection_init"}"#)
    #expect(
      machine.refuse(HasuraError(.accessDenied, "wrong secret"))
        == [.note("wrong secret"), .close(4403, "Forbidden")]
    )
  }

  @Test func waitsForTheOpeningOnly() {
    var machine = TransportMachine(maximumOperations: 1)
    // A ping is no opening.
    #expect(machine.receive(#"{"type":"ping"}"#) == [.send(#"{"type":"pong"}"#)])
    #expect(machine.timeOut() == [.close(4408, "Connection initialisation timeout")])
    var asked = TransportMachine(maximumOperations: 1)
    _ = asked.receive(#"{"type":"connection_init"}"#)
    #expect(asked.timeOut() == [])
  }

  // MARK: - Operations

  @Test func startsNothingBeforeTheAcknowledgement() {
    let close = SocketAction.close(4401, "Unauthorized")
    var machine = TransportMachine(maximumOperations: 1)
    #expect(machine.receive(start) == [close])
    var asked = TransportMachine(maximumOperations: 1)
    _ = asked.receive(#"{"type":"connection_init"}"#)
    #expect(asked.receive(start) == [close])
  }

  @Test func answersAQueryOnceAndCompletes() {
    var machine = ready()
    #expect(machine.receive(start) == [.start(OperationID("1"), GraphQLCall(query: "{ a }"))])
    #expect(
      machine.answer(OperationID("1"), .data)
        == [
          .send(#"{"id":"1","type":"next","payload":{"data":{"a":1}}}"#),
          .send(#"{"id":"1","type":"complete"}"#),
        ]
    )
    // The name is free again.
    #expect(machine.receive(start) == [.start(OperationID("1"), GraphQLCall(query: "{ a }"))])
  }

  @Test(arguments: [GraphQLOutcome.Stage.syntax, .validation, .operation, .variables, .method])
  func tellsARefusalAsAListAndNothingAfterIt(stage: GraphQLOutcome.Stage) {
    var machine = ready()
    _ = machine.receive(start)
    #expect(
      machine.answer(OperationID("1"), .error(stage))
        == [.send(#"{"id":"1","type":"error","payload":\#(errors)}"#)]
    )
    #expect(machine.receive(start) == [.start(OperationID("1"), GraphQLCall(query: "{ a }"))])
  }

  @Test func tellsAnErrorOfTheExecutionAsAResult() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(
      machine.answer(OperationID("1"), .error(.execution))
        == [
          .send(#"{"id":"1","type":"next","payload":{"errors":\#(errors)}}"#),
          .send(#"{"id":"1","type":"complete"}"#),
        ]
    )
  }

  @Test func refusesANameThatIsInUse() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(machine.receive(start) == [.close(4409, "Subscriber for 1 already exists")])
  }

  @Test func tellsNamesApartByTheirBytes() {
    var machine = ready()
    let composed = "{\"id\":\"\u{E9}\",\"type\":\"subscribe\",\"payload\":{\"query\":\"a\"}}"
    let decomposed = "{\"id\":\"e\u{301}\",\"type\":\"subscribe\",\"payload\":{\"query\":\"a\"}}"
    #expect(machine.receive(composed).count == 1)
    #expect(
      machine.receive(decomposed) == [.start(OperationID("e\u{301}"), GraphQLCall(query: "a"))]
    )
  }

  @Test func dropsTheAnswerToWhatTheClientHasEnded() {
    var machine = ready()
    _ = machine.receive(start)
    let end = #"{"type":"complete","id":"1"}"#
    #expect(machine.receive(end) == [.stop(OperationID("1"))])
    #expect(machine.receive(end) == [])
    #expect(machine.answer(OperationID("1"), .data) == [])
    #expect(machine.complete(OperationID("1")) == [])
  }

  @Test func completesASubscriptionThatEnds() {
    var machine = ready()
    _ = machine.receive(start)
    #expect(
      machine.complete(OperationID("1")) == [.send(#"{"id":"1","type":"complete"}"#)]
    )
    #expect(machine.complete(OperationID("1")) == [])
  }

  @Test func refusesMoreOperationsThanAllowedAndLivesOn() {
    var machine = ready(limit: 1)
    _ = machine.receive(start)
    let message = "the connection has 1 operations already, which is the limit: end one first"
    #expect(
      machine.receive(#"{"id":"2","type":"subscribe","payload":{"query":"{ a }"}}"#)
        == [
          .send(
            #"{"id":"2","type":"error","payload":[{"message":"\#(message)","#
              + #""extensions":{"path":"$","code":"start-failed"}}]}"#
          )
        ]
    )
  }

  @Test func readsAllParametersOfARequest() throws {
    var machine = ready()
    let message = """
      {"id":"1","type":"subscribe","payload":{"query":"query q { a }","operationName":"q",\
      "variables":{"n":12345678901234567890},"extensions":null,"unknown":1}}
      """
    let call = GraphQLCall(
      query: "query q { a }",
      operationName: "q",
      variables: ["n": .number(try #require(JSONNumber("12345678901234567890")))]
    )
    #expect(machine.receive(message) == [.start(OperationID("1"), call)])
  }

  // MARK: - Signs of life

  @Test func answersPingsWithTheirPayload() {
    var machine = TransportMachine(maximumOperations: 1)
    #expect(
      machine.receive(#"{"type":"ping","payload":{"at":1.50}}"#)
        == [.send(#"{"type":"pong","payload":{"at":1.50}}"#)]
    )
    #expect(
      machine.receive(#"{"type":"ping","payload":null}"#) == [.send(#"{"type":"pong"}"#)]
    )
    #expect(machine.receive(#"{"type":"pong"}"#) == [])
    #expect(machine.receive(#"{"type":"pong","payload":{"a":[]}}"#) == [])
  }

  // MARK: - What is no message

  @Test(
    arguments: [
      "", "{", "null", "[]", "1", #""ping""#, "{}", #"{"type":null}"#, #"{"type":1}"#,
      #"{"type":"unknown"}"#, #"{"type":"PING"}"#, #"{"type":"start","id":"1"}"#,
      #"{"type":"connection_ack"}"#, #"{"type":"next","id":"1","payload":{}}"#,
      #"{"type":"error","id":"1","payload":[]}"#,
      #"{"type":"connection_init","payload":1}"#, #"{"type":"connection_init","payload":[]}"#,
      #"{"type":"connection_init","payload":{"headers":[]}}"#,
      #"{"type":"connection_init","payload":{"headers":{"a":1}}}"#,
      #"{"type":"connection_init","payload":{"headers":{"a b":"c"}}}"#,
      #"{"type":"connection_init","payload":{"headers":{"a":"c\r\nx: y"}}}"#,
      #"{"type":"ping","payload":"x"}"#, #"{"type":"pong","payload":[]}"#,
      #"{"type":"complete"}"#, #"{"type":"complete","id":1}"#, #"{"type":"complete","id":""}"#,
      #"{"type":"subscribe","payload":{"query":"{a}"}}"#,
      #"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
      #"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#,
      #"{"type":"subscribe","id":"1"}"#, #"{"type":"subscribe","id":"1","payload":null}"#,
      #"{"type":"subscribe","id":"1","payload":"{a}"}"#,
      #"{"type":"subscribe","id":"1","payload":{}}"#,
      #"{"type":"subscribe","id":"1","payload":{"query":null}}"#,
      #"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
      #"{"type":"subscribe","id":"1","payload":{"query":"a","operationName":1}}"#,
      #"{"type":"subscribe","id":"1","payload":{"query":"a","variables":[]}}"#,
      #"{"type":"subscribe","id":"1","payload":{"query":"a","extensions":"x"}}"#,
    ]
  )
  func endsTheConnectionForWhatIsNoMessage(text: String) {
    var machine = ready()
    #expect(machine.receive(text).last == .close(4400, "Invalid message received"))
    #expect(machine.receive(text).count == 2)
  }
}
