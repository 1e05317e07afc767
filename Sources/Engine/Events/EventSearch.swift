import PostgresClient

/// Where in the log events are looked for next: behind the floor, among those that are to be tried again,
/// or everywhere.
///
/// Synchronous and without a clock; times are in milliseconds of one that never goes back.
struct EventSearch {
  private var floor = OrderFloor()
  private var nextRetries: UInt64 = 0
  private var nextSweep: UInt64 = 0
  private var startedAt: UInt64 = 0
  private var sweeps = false
  private var looksForRetries = false

  /// From one look at those that are to be tried again to the next, at most.
  private static let retryInterval: UInt64 = 1_000
  /// From one search of all of the log to the next, at least.
  private static let sweepInterval: UInt64 = 2_000
  /// How many times as long as it took a search of all of the log waits until the next one: a long log
  /// with many dead entries takes half a second, in which nothing is told.
  private static let sweepPause: UInt64 = 200

  /// Up to which place nothing new is to come.
  var floorPlace: Int { floor.value }

  /// The statements of the next search for so many events at most, the first of which says how far the
  /// log is.
  mutating func begin(now: UInt64, room: Int) -> QueryBatch {
    startedAt = now
    // Now and then everywhere: other hands may have put events back, or locked them while they were
    // looked for.
    sweeps = now >= nextSweep
    looksForRetries = now >= nextRetries
    var limit = Parameters()
    limit.append(text: String(room))
    var batch = QueryBatch(floor.wantsTransaction ? EventLog.placesOfTransaction : EventLog.places)
    if looksForRetries { batch.append(sql: EventLog.takingDue, limit) }
    limit.append(text: String(sweeps ? 0 : floor.value))
    batch.append(sql: EventLog.taking, limit)
    return batch
  }

  /// Notes what was found: what the first statement said, and the places of the events of the last one.
  mutating func end(
    now: UInt64,
    room: Int,
    oldest: Int,
    own: Int?,
    lastOrder: Int,
    found: [Int]
  ) {
    if looksForRetries { nextRetries = now + Self.retryInterval }
    if sweeps {
      nextSweep = now + max(Self.sweepInterval, (now - startedAt) * Self.sweepPause)
    }
    floor.read(oldest: oldest, own: own, lastOrder: lastOrder)
    floor.found(all: found.count < room, upTo: found.max())
  }

  // MARK: - Looking only

  /// The statement that says whether a search would find anything, and how far the log is.
  ///
  /// `lookingForLocked` asks also for events that somebody has taken over, who may have ended.
  mutating func beginLook(now: UInt64, lookingForLocked: Bool) -> QueryBatch {
    startedAt = now
    sweeps = now >= nextSweep
    looksForRetries = now >= nextRetries
    var parameters = Parameters()
    parameters.append(text: String(sweeps ? 0 : floor.value))
    parameters.append(text: String(lookingForLocked))
    parameters.append(text: String(looksForRetries))
    var batch = QueryBatch()
    batch.append(
      sql: floor.wantsTransaction ? EventLog.lookingByTransaction : EventLog.looking,
      parameters
    )
    return batch
  }

  /// Notes what the look said.
  ///
  /// Where there is something, the search that follows looks for the same.
  mutating func endLook(now: UInt64, oldest: Int, own: Int?, lastOrder: Int, isEmpty: Bool) {
    guard isEmpty else { return }
    end(now: now, room: 1, oldest: oldest, own: own, lastOrder: lastOrder, found: [])
  }

  /// An event is to be tried again after so many seconds.
  mutating func expectRetry(now: UInt64, afterSeconds seconds: Int) {
    let wait = min(UInt64(max(seconds, 0)), Self.retryInterval / 1_000) * 1_000
    nextRetries = min(nextRetries, now + wait)
  }
}
