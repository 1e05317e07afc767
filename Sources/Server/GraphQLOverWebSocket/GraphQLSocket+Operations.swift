import Engine
import HTTP
import Observability

/// A subscription's result that waits until others have left.
struct HeldResult {
  var run: OperationRun
  /// What the message begins with.
  var beginning: [UInt8]
  /// Shared with others who get it.
  var bytes: [UInt8]
}

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
    run = OperationRun(request, session, host.engine, on: socket.loop) { [self, socket] result in
      // Of many sockets that get the same, most have nothing waiting: then nothing else is looked at.
      guard socket.isIdle || hasRoom else {
        if let run { heldResults.append(HeldResult(run: run, beginning: beginning, bytes: result)) }
        return false
      }
      if socket.sendAtOnce(beginning, payload: result, suffix: ServerMessage.end) { return true }
      if let run { unresumed.append(run) }
      return false
    } end: { [self] end in
      sendHeldResult(of: run)
      run = nil
      operations[id] = nil
      switch end {
      case .answer(let answer):
        perform(machine.answer(id, answer))
        log(entry, answer)
        closeIfDone()
      case .completed:
        perform(machine.complete(id))
        log(entry, .completed)
      }
    }
    operations[id] = run
    log(entry, .started)
  }

  /// Whether a subscription's result may be sent: a connection with many of them would else seem to be one
  /// that reads too slowly, although each of them waits for its reader.
  private var hasRoom: Bool {
    guard heldResults.isEmpty else { return false }
    let waiting = socket.waitingByteCount
    return waiting == 0 || waiting <= host.settings.configuration.lowWaterBytes
  }

  /// Sends what was held, the oldest first, as far as there is room.
  func sendHeldResults() {
    let low = host.settings.configuration.lowWaterBytes
    while socket.isOpen, !heldResults.isEmpty, socket.waitingByteCount <= low {
      send(heldResults.removeFirst())
    }
  }

  /// Sends what is held of a subscription that ends.
  private func sendHeldResult(of run: OperationRun?) {
    guard let index = heldResults.firstIndex(where: { $0.run === run }) else { return }
    send(heldResults.remove(at: index))
  }

  private func send(_ result: HeldResult) {
    socket.send(result.beginning, payload: result.bytes, suffix: ServerMessage.end)
    unresumed.append(result.run)
  }

  func stop(_ id: OperationID) {
    guard let run = operations.removeValue(forKey: id) else { return }
    run.cancel()
    unresumed.removeAll { $0 === run }
    heldResults.removeAll { $0.run === run }
    log(OperationEntry(id), .stopped)
    closeIfDone()
  }
}
