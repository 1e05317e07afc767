/// One pending sleep of a task.
final class Sleeper: @unchecked Sendable {
  // Touched on the loop's thread only: whoever is elsewhere goes through `EventLoop.execute`.

  private enum State {
    case new
    case asleep(EventLoop, UnsafeContinuation<Bool, Never>, timer: LoopTimer)
    case over
  }

  private let milliseconds: UInt64
  private var state = State.new

  init(milliseconds: UInt64) { self.milliseconds = milliseconds }

  func start(on loop: EventLoop, _ continuation: UnsafeContinuation<Bool, Never>) {
    // A task that was cancelled before it slept has been woken already.
    guard case .new = state, !loop.isEnding else { return continuation.resume(returning: false) }
    let timer = LoopTimer(on: loop)
    state = .asleep(loop, continuation, timer: timer)
    loop.sleepers[ObjectIdentifier(self)] = self
    timer.start(afterMilliseconds: milliseconds) { self.wake(isCancelled: false) }
  }

  func wake(isCancelled: Bool) {
    let last = state
    state = .over
    guard case .asleep(let loop, let continuation, let timer) = last else { return }
    loop.sleepers[ObjectIdentifier(self)] = nil
    timer.close()
    continuation.resume(returning: !isCancelled)
  }
}
