import EventLoop
import Glibc
import Synchronization

/// The operator's wish that the process end: SIGTERM, Ctrl-C's SIGINT, or the SIGHUP of a terminal that
/// was closed.
final class StopSignal: Sendable {
  private enum State {
    case running(onStop: (@Sendable () -> Void)?)
    case stopped(signal: String)
  }

  private let state = Mutex(State.running(onStop: nil))
  private let watchers = Mutex<[SignalWatcher]>([])

  init(on loop: EventLoop) {
    var signals = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")]
    // Whoever starts the server with nohup wants it to outlive the terminal.
    if !Self.isIgnored(SIGHUP) { signals.append((SIGHUP, "SIGHUP")) }
    watchers.withLock {
      $0 = signals.map { number, name in
        SignalWatcher(on: loop, signal: number) { self.stop(by: name) }
      }
    }
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Calls back once the signal comes, or now if it has come; replaces an earlier call-back.
  func whenStopped(_ body: @escaping @Sendable () -> Void) {
    let hasStopped = state.withLock { state in
      if case .stopped = state { return true }
      state = .running(onStop: body)
      return false
    }
    if hasStopped { body() }
  }

  /// Suspends until the signal comes.
  func wait() async {
    await withUnsafeContinuation { continuation in whenStopped { continuation.resume() } }
  }

  /// The signal's name, once it has come.
  var signal: String? {
    state.withLock { if case .stopped(let signal) = $0 { signal } else { nil } }
  }

  private func stop(by signal: String) {
    let onStop: (@Sendable () -> Void)? = state.withLock { state in
      guard case .running(let onStop) = state else { return nil }
      state = .stopped(signal: signal)
      return onStop
    }
    onStop?()
  }

  func close() {
    for watcher in watchers.withLock({ $0 }) { watcher.close() }
  }
}
