package import EventLoop

/// Asks other servers over HTTP and HTTPS, for one loop.
///
/// Certificates are verified, redirects are not followed, nothing blocks the loop: names are looked
/// up elsewhere. Connections are kept for later requests. Whoever makes a client closes it.
package actor HTTPClient {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: HTTPClientConfiguration
  private var multi: CurlMulti?
  private var isClosed = false

  package init(_ configuration: HTTPClientConfiguration = .init(), on loop: EventLoop) {
    self.configuration = configuration
    self.loop = loop
  }

  /// The answer to a request, whatever its status.
  ///
  /// Ends early when the calling task is cancelled or the client is closed.
  package func send(
    _ request: HTTPClientRequest
  ) async throws(HTTPClientError) -> HTTPClientResponse {
    let handle = TransferHandle()
    let outcome: HTTPTransfer.Outcome = await withTaskCancellationHandler {
      await withUnsafeContinuation { start(request, handle, $0) }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.cancel(handle) } }
    }
    return try outcome.get()
  }

  private func start(
    _ request: HTTPClientRequest,
    _ handle: TransferHandle,
    _ continuation: HTTPTransfer.Continuation
  ) {
    // A task that was cancelled before it came here has been told so already.
    guard !isClosed, !handle.isCancelled else {
      let error = HTTPClientError(isClosed ? .closed : .cancelled)
      return continuation.resume(returning: .failure(error))
    }
    if multi == nil { multi = CurlMulti(configuration, on: loop) }
    guard let multi else {
      return continuation.resume(returning: .failure(HTTPClientError(.connectionFailed)))
    }
    do throws(HTTPClientError) {
      let transfer = try HTTPTransfer(
        request,
        configuration,
        owner: multi.context,
        continuation
      )
      handle.transfer = transfer
      multi.start(transfer)
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }

  private func cancel(_ handle: TransferHandle) {
    handle.isCancelled = true
    guard let transfer = handle.transfer else { return }
    multi?.cancel(transfer, HTTPClientError(.cancelled))
  }

  /// Gives all requests up and closes the connections; later requests are refused.
  package func close() {
    isClosed = true
    multi?.close()
    multi = nil
  }
}

/// What a cancellation, which may come before the transfer exists, can find it by.
private final class TransferHandle: @unchecked Sendable {
  // Touched on the loop's thread only.

  weak var transfer: HTTPTransfer?
  var isCancelled = false
}
