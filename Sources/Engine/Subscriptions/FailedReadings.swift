import EventLoop

/// Has what failed read once more in a while; for its loop's thread.
struct FailedReadings {
  private var pause: FailurePause
  private var timer: LoopTimer?

  init(shortestPause: UInt64) { pause = FailurePause(shortest: shortestPause) }

  /// Something else has failed.
  mutating func reset() { pause.reset() }

  /// Calls once, after the pause that it is time for; whoever is called calls ``begin()`` first.
  mutating func callLater(on loop: EventLoop, _ read: @escaping () -> Void) {
    guard timer == nil else { return }
    let timer = LoopTimer(on: loop)
    self.timer = timer
    timer.start(afterMilliseconds: pause.take(), read)
  }

  /// The reading begins, or nobody wants it any more.
  mutating func begin() {
    timer?.close()
    timer = nil
  }
}
