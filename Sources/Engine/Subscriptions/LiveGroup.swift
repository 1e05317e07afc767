import EventLoop

/// The cohorts of one plan at one pace; belongs to a keeper.
final class LiveGroup {
  let key: LiveGroupKey
  var pace: RefreshPace
  var cohorts: [CohortKey: LiveCohort] = [:]
  var timer: LoopTimer?
  /// Runs while cohorts that have failed wait for their next reading.
  var failedReadings: FailedReadings
  var isRunning = false
  var isRetrying = false
  /// Whether all cohorts have to be read again.
  var isStale = true
  var failuresInARow = 0
  /// Of each database that it reads: the relations whose changes concern it; nil where they are not all
  /// told.
  var watched: [WatchedRelations]?
  /// Of each of these databases.
  var told: [ToldTransactions]
  private var due: [LiveCohort] = []

  init(_ key: LiveGroupKey, pace: RefreshPace) {
    self.key = key
    self.pace = pace
    failedReadings = FailedReadings(shortestPause: pace.interval)
    told = key.plan.parts.map { _ in ToldTransactions() }
  }

  /// A transaction of a database concerns it.
  func note(_ transaction: UInt32, of database: DatabaseID) {
    for (index, watched) in (watched ?? []).enumerated() where watched.database == database {
      told[index].add(transaction)
    }
  }

  func cohort(_ key: CohortKey) -> LiveCohort {
    if let known = cohorts[key] { return known }
    let cohort = LiveCohort(key)
    cohorts[key] = cohort
    return cohort
  }

  /// Has a cohort read for a desk that waits for its result.
  func demand(_ cohort: LiveCohort, for desk: SubscriptionDesk) {
    cohort.waiting[ObjectIdentifier(desk)] = desk
    demand(cohort)
  }

  /// Has a cohort read.
  func demand(_ cohort: LiveCohort) {
    guard !cohort.isDue else { return }
    cohort.isDue = true
    due.append(cohort)
  }

  var hasWork: Bool { !cohorts.isEmpty && (isStale || !due.isEmpty) }

  /// The cohorts to read now: those demanded, or all.
  func takeDue() -> [LiveCohort] {
    let taken = isStale ? Array(cohorts.values) : due.filter { !$0.listeners.isEmpty }
    isStale = false
    for cohort in due { cohort.isDue = false }
    due = []
    return taken
  }

  func closeTimers() {
    timer?.close()
    failedReadings.begin()
  }
}

/// Those who get one result, and what it was last; belongs to a keeper.
final class LiveCohort {
  let key: CohortKey
  var newest: LiveResult?
  /// Whether that is an error.
  var isFailed = false
  var listeners: [ObjectIdentifier: SubscriptionDesk] = [:]
  /// The desks that get the next result even if it is the same as before.
  var waiting: [ObjectIdentifier: SubscriptionDesk] = [:]
  var isDue = false

  init(_ key: CohortKey) {
    self.key = key
  }

  /// A guess at the size of the next result.
  var bodySize: Int { newest.map { $0.bytes.count + $0.bytes.count / 8 } ?? 1024 }
}
