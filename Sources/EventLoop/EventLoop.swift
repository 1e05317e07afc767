package import CUV
import Glibc

/// One libuv loop on one thread, and the executor of the actors and tasks that belong to it.
///
/// Every handle made on a loop is touched from the loop's thread only. A job enqueued from that
/// thread costs an append; one from another thread costs a lock and, once per batch, an
/// `uv_async_send`. A loop lives until ``stop()``.
package final class EventLoop: SerialExecutor, @unchecked Sendable {
  // Everything but the job queue is set up before the thread starts and then belongs to it.

  /// The libuv loop; for the loop's own thread only.
  package let handle = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)

  /// The loop as an executor preference: `Task(executorPreference: loop.tasks) { … }`.
  ///
  /// A continuation resumes on the executor that its task prefers, so a task of this loop that does
  /// not prefer it takes a detour through the global pool each time it suspends.
  package let tasks: any TaskExecutor

  /// Where the loop's tasks are isolated.
  private(set) lazy var home = LoopHome(self)

  /// The pending sleeps; for the loop's own thread only.
  var sleepers: [ObjectIdentifier: Sleeper] = [:]

  /// Whether nobody may go to sleep any more; for the loop's own thread only.
  private(set) var isEnding = false

  private var turnEndActions: [() -> Void] = []
  private let queue: JobQueue
  private let waker: Waker
  private let beforePoll = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
  private let afterPoll = UnsafeMutablePointer<uv_check_t>.allocate(capacity: 1)
  private let moreToRun = UnsafeMutablePointer<uv_idle_t>.allocate(capacity: 1)
  private let end = LoopEnd()

  private init() {
    queue = JobQueue()
    waker = Waker()
    tasks = TaskSide(queue: queue, waker: waker)
  }

  deinit {
    handle.deallocate()
    beforePoll.deallocate()
    afterPoll.deallocate()
    moreToRun.deallocate()
  }

  // MARK: - Life

  /// Starts a loop on a thread of its own.
  package static func start() -> EventLoop {
    let loop = EventLoop()
    // Made before other threads see the loop.
    _ = loop.home
    loop.setUp()
    // A write to a socket whose peer has left is an error to look at, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 8 << 20)
    var thread = pthread_t()
    let status = pthread_create(
      &thread,
      &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      },
      Unmanaged.passRetained(loop).toOpaque()
    )
    precondition(status == 0, "no thread for an event loop: error \(status)")
    return loop
  }

  private func setUp() {
    let status = uv_loop_init(handle)
    precondition(status == 0, "no event loop: \(UVError(status))")
    uv_loop_set_data(handle, Unmanaged.passUnretained(self).toOpaque())
    waker.start(on: handle) { EventLoop.owner(of: $0!.pointee.loop).runJobs() }
    // The jobs run after poll, and before it for those that timers made: no system call for either.
    uv_prepare_init(handle, beforePoll)
    uv_prepare_start(beforePoll) { EventLoop.owner(of: $0!.pointee.loop).runJobs() }
    uv_check_init(handle, afterPoll)
    uv_check_start(afterPoll) { EventLoop.owner(of: $0!.pointee.loop).runJobs() }
    uv_idle_init(handle, moreToRun)
  }

  private static func owner(of handle: UnsafeMutablePointer<uv_loop_t>) -> EventLoop {
    Unmanaged<EventLoop>.fromOpaque(uv_loop_get_data(handle)).takeUnretainedValue()
  }

  private func run() {
    queue.adoptCurrentThread()
    uv_run(handle, UV_RUN_DEFAULT)
    isEnding = true
    for sleeper in sleepers.values { sleeper.wake(isCancelled: true) }
    runJobs()
    queue.close()
    // Whatever its owner has not closed goes now; its memory stays, for the owner may hold it.
    uv_walk(handle, { each, _ in if uv_is_closing(each) == 0 { uv_close(each, nil) } }, nil)
    // Work on libuv's threads cannot be called back: wait for it, then let its callers see it.
    uv_run(handle, UV_RUN_DEFAULT)
    _ = queue.run(rounds: 16, runJob)
    uv_loop_close(handle)
    end.reached()
  }

  /// Ends the loop: pending sleeps throw, and what is enqueued from now on is dropped.
  ///
  /// From any thread. Those who own handles and tasks on the loop end them first.
  package func stop() {
    execute { uv_stop(self.handle) }
  }

  /// Ends the loop and returns when its thread has nothing left to do.
  package func shutDown() async {
    stop()
    await withUnsafeContinuation { continuation in end.whenReached { continuation.resume() } }
  }

  /// Blocks the calling thread until the loop has ended; for a thread that is no loop's.
  package func join() { end.wait() }

  // MARK: - Executor

  /// Whether the caller runs on this loop's thread.
  package var isCurrent: Bool { queue.isCurrent }

  /// Milliseconds of a clock that never goes back, as of this turn of the loop.
  ///
  /// For the loop's own thread; costs no system call.
  package var milliseconds: UInt64 { uv_now(handle) }

  /// Nanoseconds of a clock that never goes back, for spans of time; on any thread.
  package static var nanoseconds: UInt64 { uv_hrtime() }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.enqueue(UnownedJob(job)) { waker.wake() }
  }

  package func checkIsolated() {
    precondition(isCurrent, "called off the event loop's thread")
  }

  package func isIsolatingCurrentContext() -> Bool? { isCurrent }

  /// Runs a closure on the loop's thread: now if that is the caller's, else soon.
  package func execute(_ work: @escaping @Sendable () -> Void) {
    if isCurrent { work() } else { queue.enqueue(work) { waker.wake() } }
  }

  /// Runs a closure once the jobs that are ready now have run, before the loop waits again.
  ///
  /// For the loop's own thread; to write once what several tasks of one turn have to say.
  package func atTurnEnd(_ action: @escaping () -> Void) { turnEndActions.append(action) }

  private func runJobs() {
    var isBusy = queue.run(rounds: 16, runJob)
    if !turnEndActions.isEmpty {
      let actions = turnEndActions
      turnEndActions = []
      for action in actions { action() }
      isBusy = queue.hasReadyJobs || !turnEndActions.isEmpty
    }
    // An active idle handle keeps the next poll from blocking.
    if isBusy { uv_idle_start(moreToRun) { _ in } } else { uv_idle_stop(moreToRun) }
  }

  private func runJob(_ job: UnownedJob) {
    // Isolated to both: what resumes on the loop as a task goes on in its actor without a hop.
    job.runSynchronously(
      isolatedTo: asUnownedSerialExecutor(),
      taskExecutor: tasks.asUnownedTaskExecutor()
    )
  }

  /// The loop once more: `TaskExecutor` and `SerialExecutor` on one object would hide from the
  /// runtime which of the two a job was enqueued on.
  private final class TaskSide: TaskExecutor {
    let queue: JobQueue
    let waker: Waker

    init(queue: JobQueue, waker: Waker) {
      self.queue = queue
      self.waker = waker
    }

    func enqueue(_ job: consuming ExecutorJob) {
      queue.enqueue(UnownedJob(job)) { waker.wake() }
    }
  }
}
