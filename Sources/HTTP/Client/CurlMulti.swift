import CCurl
import EventLoop
import Glibc

/// curl's multi interface driven by a loop: curl says which sockets and which time it waits for.
///
/// For the loop's own thread only. curl looks names up on threads of its own, so that nothing here
/// blocks.
final class CurlMulti {
  private let multi: UnsafeMutableRawPointer
  private let loop: EventLoop
  private let timer: LoopTimer
  private var pollers: [curl_socket_t: Poller] = [:]
  private var transfers: [UnsafeMutableRawPointer: HTTPTransfer] = [:]

  /// Nil where there is no memory for it.
  init?(_ configuration: HTTPClientConfiguration, on loop: EventLoop) {
    // Counted by curl, and safe to call from several threads.
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init()
    else { return nil }
    self.multi = multi
    self.loop = loop
    timer = LoopTimer(on: loop)
    apus_curl_multi_set_long(
      multi,
      CURLMOPT_MAX_HOST_CONNECTIONS,
      configuration.maximumHostConnections
    )
    apus_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumIdleConnections)
    apus_curl_multi_set_callbacks(
      multi,
      { _, socket, what, context, _ in
        guard let context else { return 0 }
        CurlMulti.owner(context).watch(socket, for: what)
        return 0
      },
      { _, milliseconds, context in
        guard let context else { return 0 }
        CurlMulti.owner(context).setTimer(milliseconds)
        return 0
      },
      Unmanaged.passUnretained(self).toOpaque()
    )
  }

  private static func owner(_ context: UnsafeMutableRawPointer) -> CurlMulti {
    Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
  }

  /// What the closing of a socket is told to.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  func start(_ transfer: HTTPTransfer) {
    transfers[transfer.easy] = transfer
    let code = curl_multi_add_handle(
      multi,
      transfer.easy
    )
    if code != CURLM_OK { finish(transfer, .failure(HTTPClientError(.connectionFailed))) }
  }

  /// Gives a transfer up, if it still goes on.
  func cancel(_ transfer: HTTPTransfer, _ error: HTTPClientError) {
    guard transfers[transfer.easy] === transfer else { return }
    finish(transfer, .failure(error))
  }

  /// Gives all transfers up and closes all connections.
  func close() {
    for transfer in transfers.values { finish(transfer, .failure(HTTPClientError(.closed))) }
    curl_multi_cleanup(multi)
    timer.close()
    for poller in pollers.values { poller.close() }
    pollers = [:]
  }

  private func finish(_ transfer: HTTPTransfer, _ outcome: HTTPTransfer.Outcome) {
    remove(transfer)
    transfer.end(outcome)
  }

  private func remove(_ transfer: HTTPTransfer) {
    curl_multi_remove_handle(
      multi,
      transfer.easy
    )
    transfers[transfer.easy] = nil
  }

  // MARK: - What curl waits for

  private func watch(_ socket: curl_socket_t, for what: Int32) {
    guard what != CURL_POLL_REMOVE else {
      pollers.removeValue(forKey: socket)?.close()
      return
    }
    var events: Poller.Events = []
    if what & CURL_POLL_IN != 0 { events.insert(.readable) }
    if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
    if let poller = pollers[socket] { return poller.watch(events) }
    // A socket that cannot be watched ends by its timeout.
    guard let poller = try? Poller(on: loop, socket: socket) else { return }
    pollers[socket] = poller
    poller.start(events) { [unowned self] events in
      var mask: Int32 = 0
      if events.contains(.readable) { mask |= CURL_CSELECT_IN }
      if events.contains(.writable) { mask |= CURL_CSELECT_OUT }
      advance(socket, mask)
    }
  }

  /// Closes a socket for curl: not before nobody watches it any more.
  func close(_ socket: curl_socket_t) -> Int32 {
    pollers.removeValue(forKey: socket)?.close()
    return Glibc.close(socket)
  }

  /// Never acts at once: curl must not be called from its own callbacks.
  private func setTimer(_ milliseconds: Int) {
    guard milliseconds >= 0 else { return timer.stop() }
    timer.start(afterMilliseconds: UInt64(milliseconds)) { [unowned self] in
      advance(curl_socket_t(CURL_SOCKET_BAD), 0)
    }
  }

  private func advance(_ socket: curl_socket_t, _ events: Int32) {
    var running: Int32 = 0
    curl_multi_socket_action(multi, socket, events, &running)
    var code = CURLE_OK
    while let easy = apus_curl_multi_take_ended(multi, &code) {
      guard let transfer = transfers[easy] else { continue }
      remove(transfer)
      transfer.end(code)
    }
  }
}
