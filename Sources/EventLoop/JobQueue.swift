import Glibc
import Synchronization

/// The jobs and closures that wait for one loop's thread.
///
/// What comes from the loop's own thread goes to `ready` without a lock; what comes from another
/// goes through the inbox, whose first entry since it was last emptied has to wake the loop.
final class JobQueue: @unchecked Sendable {
  // `ready` and `running` belong to the loop's thread; the rest is guarded or atomic.

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var work: [@Sendable () -> Void] = []
    var isClosed = false
  }

  private let inbox = Guarded(Inbox())
  private let thread = Atomic<UInt>(0)
  private var ready: [UnownedJob] = []
  private var running: [UnownedJob] = []

  /// Whether the caller runs on the loop's thread.
  var isCurrent: Bool { thread.load(ordering: .relaxed) == pthread_self() }

  /// Makes the caller's thread the loop's own.
  func adoptCurrentThread() { thread.store(pthread_self(), ordering: .relaxed) }

  /// Whether jobs are left for the next turn; on the loop's thread.
  var hasReadyJobs: Bool { !ready.isEmpty }

  /// Takes a job; `wakeUp` is called when the loop may sleep and has to look.
  func enqueue(_ job: UnownedJob, wakeUp: () -> Void) {
    if isCurrent {
      ready.append(job)
      return
    }
    inbox.withLock { inbox in
      if inbox.isClosed { return }
      inbox.jobs.append(job)
      if inbox.jobs.count == 1 && inbox.work.isEmpty { wakeUp() }
    }
  }

  /// Takes a closure, with the same rule as for jobs.
  func enqueue(_ work: @escaping @Sendable () -> Void, wakeUp: () -> Void) {
    inbox.withLock { inbox in
      if inbox.isClosed { return }
      inbox.work.append(work)
      if inbox.work.count == 1 && inbox.jobs.isEmpty { wakeUp() }
    }
  }

  /// Runs what is ready and what that makes ready, for a bounded number of rounds, so that tasks
  /// that keep each other busy do not starve the sockets; says whether something is left.
  func run(rounds: Int, _ runJob: (UnownedJob) -> Void) -> Bool {
    runInbox()
    var rounds = rounds
    while !ready.isEmpty && rounds > 0 {
      swap(&ready, &running)
      for job in running { runJob(job) }
      running.removeAll(keepingCapacity: true)
      rounds -= 1
    }
    return !ready.isEmpty
  }

  private func runInbox() {
    let work = inbox.withLock { inbox in
      if !inbox.jobs.isEmpty {
        ready.append(contentsOf: inbox.jobs)
        inbox.jobs.removeAll(keepingCapacity: true)
      }
      guard !inbox.work.isEmpty else { return [] as [@Sendable () -> Void] }
      defer { inbox.work = [] }
      return inbox.work
    }
    for item in work { item() }
  }

  /// Refuses everything from now on: nobody will run it, nor may the loop be woken any more.
  func close() { inbox.withLock { $0.isClosed = true } }
}
