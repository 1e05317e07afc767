extension EventLoop {
  /// Makes a task that runs on this loop and comes back to it after each suspension.
  ///
  /// The one place where tasks are made: see ``EventLoop/tasks`` for what another task would cost.
  /// The task is isolated to an actor of the loop: going to another of the loop's actors and back is
  /// then a call, where a task of no isolation would be enqueued anew each time that it returns.
  @discardableResult
  package func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    Task(executorPreference: tasks) { [home] in await home.run(body) }
  }

  /// Suspends the calling task; ends early, throwing, when it is cancelled or the loop stops.
  package func sleep(for duration: Duration) async throws(CancellationError) {
    let sleeper = Sleeper(milliseconds: duration.milliseconds)
    let hasSlept = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        execute { sleeper.start(on: self, continuation) }
      }
    } onCancel: {
      execute { sleeper.wake(isCancelled: true) }
    }
    if !hasSlept { throw CancellationError() }
  }

  /// Runs work that blocks or takes long on one of libuv's threads, and comes back.
  ///
  /// The work is not interrupted when the calling task is cancelled.
  package func offload<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withUnsafeContinuation { continuation in
      execute { Offload(work, continuation).start(on: self.handle) }
    }
    return try result.get()
  }
}

extension Duration {
  /// Whole milliseconds, rounded up, from 0 to what libuv's timers take.
  package var milliseconds: UInt64 {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = components
    guard seconds < 1 << 40 else { return 1 << 50 }
    let perMillisecond: Int64 = 1_000_000_000_000_000
    return UInt64(seconds) * 1000 + UInt64((attoseconds + perMillisecond - 1) / perMillisecond)
  }
}

/// The actor that tasks of a loop are isolated to while they are in no other.
actor LoopHome {
  nonisolated let unownedExecutor: UnownedSerialExecutor

  /// The loop outlives its tasks, and with them this actor.
  init(_ loop: EventLoop) {
    unownedExecutor = loop.asUnownedSerialExecutor()
  }

  func run(_ body: () async -> Void) async {
    await body()
  }
}
