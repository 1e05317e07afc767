import Engine
import HTTP
import Observability

extension GraphQLSocket {
  func start(_ id: OperationID, _ call: GraphQLCall) {
    // What has not begun is not begun any more when the server stops; the close says so.
    guard let session, !isStopping else { return }
    let beginning = machine.resultBeginning(id)
    var request = call.request(allowsMutation: true)
    let headers = connectionHeaders
    request.clientHeaders = { headers.webhookFields }
    let entry = OperationEntry(id, call, requestID: host.ids.id(given: nil))
    var run: OperationRun?
    run = OperationRun(request, session, host.engine, on: socket.loop) { [self, socket] event in
      switch event {
      case .result(let bytes):
        if socket.sendAtOnce(beginning, payload: bytes, suffix: ServerMessage.end) { return true }
        if let run { unresumed.append(run) }
      case .answer(let answer):
        run = nil
        operations[id] = nil
        perform(machine.answer(id, answer))
        log(entry, answer)
        closeIfDone()
      case .completed:
        run = nil
        operations[id] = nil
        perform(machine.complete(id))
        log(entry, .completed)
      }
      return false
    }
    operations[id] = run
    log(entry, .started)
  }

  func stop(_ id: OperationID) {
    guard let run = operations.removeValue(forKey: id) else { return }
    run.cancel()
    unresumed.removeAll { $0 === run }
    log(OperationEntry(id), .stopped)
    closeIfDone()
  }
}
