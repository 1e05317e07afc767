import Engine
import HTTP
import JSON
import Testing

@testable import apus

/// Both protocols under messages that nobody thought of: what has to hold whatever comes.
///
/// The messages are made of a fixed seed, so that a walk that fails fails again.
struct MachineWalkTests {
  /// SplitMix64.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let types = [
    "connection_init", "subscribe", "start", "complete", "stop", "ping", "pong", "next", "error",
    "connection_terminate", "connection_ack", "", "é", "\\u0000",
  ]
  private static let ids = ["\"1\"", "\"2\"", "\"3\"", "\"\"", "7", "null", "[]", "\"e\u{301}\""]
  private static let payloads = [
    "null", "{}", "[]", "1", "\"x\"", #"{"query":"{ a }"}"#, #"{"query":1}"#,
    #"{"query":"subscription { a }","variables":{"n":1e999},"operationName":null}"#,
    #"{"headers":{"x-hasura-role":"a"}}"#, #"{"headers":{"a":"b\nc"}}"#, #"{"headers":[[]]}"#,
    #"{"query":"a","extensions":{"persistedQuery":{}}}"#,
    #"{"query":"a","documentId":"b"}"#,
  ]

  private func message(_ dice: inout Dice) -> [UInt8] {
    var members: [String] = []
    if Int.random(in: 0..<20, using: &dice) > 0 {
      members.append("\"type\":\"\(Self.types.randomElement(using: &dice) ?? "")\"")
    }
    if Bool.random(using: &dice) {
      members.append("\"id\":\(Self.ids.randomElement(using: &dice) ?? "")")
    }
    if Bool.random(using: &dice) {
      members.append("\"payload\":\(Self.payloads.randomElement(using: &dice) ?? "")")
    }
    members.shuffle(using: &dice)
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    // Now and then a byte is another, or the end is missing.
    if Int.random(in: 0..<10, using: &dice) == 0,
      let index = bytes.indices.randomElement(using: &dice)
    {
      bytes[index] = UInt8.random(in: 0...255, using: &dice)
    }
    if Int.random(in: 0..<20, using: &dice) == 0 {
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &dice))
    }
    return bytes
  }

  /// Follows one connection and holds what is done against what may be done.
  private func walk(_ start: any SocketMachine, seed: UInt64, limit: Int) {
    var dice = Dice(state: seed)
    var machine = start
    var active: Set<OperationID> = []
    var mayStart = false
    for _ in 0..<60 {
      let actions: [SocketAction]
      switch Int.random(in: 0..<12, using: &dice) {
      case 0: actions = machine.accept()
      case 1:
        guard let id = active.randomElement(using: &dice) else { continue }
        active.remove(id)
        actions = machine.answer(id, Bool.random(using: &dice) ? .data : .error(.validation))
        #expect(!actions.isEmpty, "an answer has to be told")
      case 2:
        // What is not under way is told nothing of.
        #expect(machine.complete(OperationID("never")) == [])
        continue
      default: actions = machine.receive(message(&dice))
      }
      for action in actions {
        switch action {
        case .send(let text):
          #expect((try? JSONValue(parsing: text.span))?["type"]?.string != nil, "no message")
        case .authenticate: mayStart = true
        case .start(let id, _):
          #expect(mayStart && machine.isReady, "started before the session")
          #expect(active.insert(id).inserted, "started twice")
          #expect(active.count <= limit, "too many operations")
        case .stop(let id): #expect(active.remove(id) != nil, "stopped what was not under way")
        case .close(let close):
          #expect(close.payload.count <= 125 && close.code != 1005, "no close frame")
          return
        case .note: break
        }
      }
      // Whoever accepts without being asked is no client.
      if !mayStart && machine.isReady { return }
    }
  }

  @Test func holdTheirRulesWhateverComes() {
    for seed in 0..<3000 {
      walk(TransportMachine(maximumOperations: 2), seed: UInt64(seed), limit: 2)
      walk(LegacyMachine(maximumOperations: 2), seed: UInt64(seed), limit: 2)
      walk(LegacyMachine(maximumOperations: 2, shape: .plain), seed: UInt64(seed), limit: 2)
    }
  }
}
