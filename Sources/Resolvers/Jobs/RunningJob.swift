import EventLoop

/// A job that a worker does; for the worker's loop only.
final class RunningJob: @unchecked Sendable {
  // Touched on the worker's loop only, which is where the worker and its tasks run.

  /// Why the work was told to end before it was done.
  enum Interruption {
    case cancelled, timeout, lost
    /// The worker stops.
    case released
  }

  let context: JobContext
  /// By this process' clock, counted from before the lease was asked for.
  var leaseEnd: ContinuousClock.Instant
  let deadline: ContinuousClock.Instant
  var task: Task<Void, Never>?
  /// Whether the work has ended, and only has to be said so.
  var isDone = false
  private var interruption: Interruption?

  init(
    _ context: JobContext,
    leaseEnd: ContinuousClock.Instant,
    deadline: ContinuousClock.Instant
  ) {
    self.context = context
    self.leaseEnd = leaseEnd
    self.deadline = deadline
  }

  /// Ends the work; the first reason counts, but a lease that is lost counts more than any.
  func giveUp(_ reason: Interruption) {
    if interruption == nil || reason == .lost { interruption = reason }
    task?.cancel()
  }

  /// What an error of the work comes to.
  func outcome(of error: any Error, _ redaction: Redaction) -> JobSettlement.Outcome {
    if (error as? JobFailure) == JobContext.lost { return .lost }
    switch interruption {
    case .lost: return .lost
    case .released: return .released
    case .timeout:
      return .failed(
        JobFailure("timeout", "the job took longer than it may", retries: true)
      )
    case .cancelled: return .failed(JobFailure("cancelled", "cancelled", retries: false))
    case nil:
      // The work may learn of a cancellation before its worker does.
      if error is CancellationError {
        return .failed(JobFailure("cancelled", "cancelled", retries: false))
      }
      var failure = JobFailure(error)
      failure.message = redaction.apply(failure.message)
      return .failed(failure)
    }
  }
}
