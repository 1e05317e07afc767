import EventLoop

// Touched by the keeper alone, on its loop.
extension StreamKeeper {
  /// The streams of one plan at one pace.
  final class Group {
    let key: LiveGroupKey
    var pace: RefreshPace
    var streams: [Int: Stream] = [:]
    var timer: LoopTimer?
    /// Runs while streams that have failed wait for their next reading.
    var failedReadings: FailedReadings
    var isRunning = false
    var isRetrying = false
    /// The relations whose changes concern it; nil where they are not all told.
    var watched: WatchedRelations?
    var told = ToldTransactions()

    init(_ key: LiveGroupKey, pace: RefreshPace) {
      self.key = key
      self.pace = pace
      failedReadings = FailedReadings(shortestPause: pace.interval)
    }

    func closeTimers() {
      timer?.close()
      failedReadings.begin()
    }
  }

  /// One subscription, and how far its reader is.
  final class Stream {
    let number: Int
    let desk: SubscriptionDesk
    var request: StreamRequest
    /// Of the last row that was delivered; nil before the first.
    var cursor: [UInt8]?
    var flow = StreamFlow()
    /// Which rows it has passed, while changes are told.
    var passed: PassedRows?
    /// Whether it waits until what it reads is there again.
    var isSuspended = false
    /// Whether it asks for something else than when what is being read was asked for.
    var isOutdated = false
    /// What was delivered last, if that was an error.
    var failure: [UInt8]?
    /// Whether the last reading failed.
    var isFailed = false
    /// Rows that it has passed and that could not be fetched.
    var unfetched: [PassedRows.Batch] = []
    var bodySize = 1024

    init(_ number: Int, _ request: StreamRequest, _ desk: SubscriptionDesk) {
      self.number = number
      self.request = request
      self.desk = desk
    }

    var isDue: Bool { flow.isDue || hasPassedRows }
    var hasPassedRows: Bool { flow.takesPassedRows && passed?.batches.isEmpty == false }
  }
}
