import EventLoop
import JSON
import Metadata
import PostgresClient

/// Makes the events of cron triggers, and tells webhooks of all scheduled events when they are due.
///
/// Of several servers one does it, the one that holds the lease. Nobody holds it while nothing is to be done:
/// each server then knows when the next event is due, and hears of others that are added before.
actor ScheduleKeeper {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let notices: Notices
  private let pool: PostgresPool
  private let lease: Lease
  private let nap: Nap
  private var hold = LeaseHold()
  private var lastRenewal: UInt64 = 0
  private var isLeading = false
  private var generation = 0
  private var plan = CronPlan()
  private var task: Task<Void, Never>?
  private var calls: [String: Task<Void, Never>] = [:]
  private var lastRelease: UInt64 = 0
  private var isStopping = false

  /// Seconds after which an event is tried again at the latest, whatever a webhook says.
  private static let longestWait = 31_536_000
  /// Milliseconds for which calls under way are waited for when this server ends.
  private static let grace: UInt64 = 10_000

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ notices: Notices,
    _ pool: PostgresPool
  ) {
    self.configuration = configuration
    self.snapshots = snapshots
    self.notices = notices
    self.pool = pool
    loop = pool.loop
    nap = Nap(on: pool.loop)
    lease = Lease(pool: pool, name: "schedules", holder: UniqueID.make())
  }

  func start() {
    task = loop.spawn { await self.run() }
  }

  /// Looks at once: the metadata, or what is scheduled, may have changed.
  func look() async { await nap.cut() }

  /// Takes no more events over, and notes what comes of those that are being told, if it comes soon.
  func stop() async {
    isStopping = true
    task?.cancel()
    await nap.cut()
    await task?.value
    let start = loop.milliseconds
    while !calls.isEmpty, loop.milliseconds - start < Self.grace {
      // Nobody else is to tell them meanwhile.
      if isLeading { _ = await leads() }
      guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { break }
    }
    if isLeading { await lease.giveBack() }
  }

  private func run() async {
    while !Task.isCancelled { await nap.take(milliseconds: await turn()) }
  }

  /// Does what there is to do; returns after how many milliseconds there may be more.
  private func turn() async -> Int {
    readMetadata()
    let now = WallClock.seconds
    let isDue = plan.isDue(at: now)
    let interval = configuration.scheduleInterval
    let outlook = try? await ScheduleOutlook.read(
      except: Array(calls.keys),
      upcoming: isDue ? plan.upcoming(after: now) : .array([]),
      pool
    )
    guard let outlook else { return interval }
    if isDue, !outlook.lacksEvents { plan.noteComparison(at: now) }
    if outlook.isQuiet, calls.isEmpty, plan.stale.isEmpty {
      await rest()
      let longest = notices.isHeard ? Notices.lookInterval : interval
      return min(outlook.delay ?? longest, longest)
    }
    if await leads() {
      await drop()
      if outlook.lacksEvents { await make() }
      for kind in ScheduleLog.Kind.allCases { await take(kind) }
    }
    return min(interval, Int(LeaseHold.renewal))
  }

  private func leads() async -> Bool {
    let now = loop.milliseconds
    guard !isLeading || !hold.isHeld(at: now) || now - lastRenewal >= LeaseHold.renewal else {
      await releaseInTime()
      return true
    }
    lastRenewal = now
    let answer = await lease.take()
    // If the time was over before it was taken anew, another server may have had it.
    if answer == .lost || !hold.isHeld(at: loop.milliseconds) { isLeading = false }
    hold.note(answer, askedAt: now)
    guard hold.isHeld(at: loop.milliseconds) else { return false }
    if isLeading {
      await releaseInTime()
    } else {
      guard case .held(let former) = answer else { return false }
      if hold.goesOn(after: former) || former == .rested {
        // Whatever is locked was not locked by a server that has ended.
        lastRelease = now
      } else {
        guard await release() else { return false }
      }
      isLeading = true
    }
    return true
  }

  private func rest() async {
    guard isLeading else { return }
    isLeading = false
    hold.rest()
    await lease.rest()
  }

  /// Of the events that were taken over the answer may have been lost.
  private func releaseInTime() async {
    guard loop.milliseconds - lastRelease >= configuration.releaseInterval else { return }
    _ = await release()
  }

  /// Lets the events go that are locked and that nobody tells.
  private func release() async -> Bool {
    lastRelease = loop.milliseconds
    let here = JSONValue.array(calls.keys.map { .string($0) })
    for kind in ScheduleLog.Kind.allCases {
      var batch = QueryBatch()
      batch.append(sql: ScheduleLog.releasing(kind), Parameters(json: here))
      do {
        _ = try await pool.execute(batch, access: .write)
      } catch {
        // What is locked for good is not to hold the rest up.
        guard error.isLasting else { return false }
      }
    }
    return true
  }

  // MARK: - Cron triggers

  private func readMetadata() {
    guard snapshots.generation != generation, let snapshot = snapshots.current else { return }
    generation = snapshot.generation
    plan.learn(snapshot.consistency.metadata.cronTriggers)
  }

  private func drop() async {
    let stale = plan.stale
    guard !stale.isEmpty else { return }
    do {
      _ = try await pool.execute(plan.dropping(at: WallClock.seconds), access: .write)
    } catch {
      guard error.isLasting else { return }
    }
    plan.forget(stale)
  }

  private func make() async {
    let now = WallClock.seconds
    do {
      _ = try await pool.execute(plan.making(after: now), access: .write)
    } catch {
      guard error.isLasting else { return }
    }
    plan.noteComparison(at: now)
  }

  // MARK: - Due events

  private func take(_ kind: ScheduleLog.Kind) async {
    let room = configuration.eventsInFlight - calls.count
    guard room > 0 else { return }
    var parameters = Parameters()
    parameters.append(text: String(room))
    var batch = QueryBatch()
    batch.append(sql: ScheduleLog.taking(kind), parameters)
    guard let rows = try? await pool.execute(batch, access: .write)[0] else { return }
    for row in 0..<rows.rowCount {
      guard let id = rows.string(row, 0) else { continue }
      let due = DueEvent(kind, rows, row, plan.triggers)
      calls[id] = loop.spawn {
        if let due {
          await self.tell(due)
        } else {
          await self.store(ScheduleOutcome(kind: kind, id: id, status: .error))
        }
      }
    }
  }

  private func tell(_ due: DueEvent) async {
    guard !due.isDead else {
      return await store(ScheduleOutcome(kind: due.kind, id: due.id, status: .dead))
    }
    let attempt = await WebhookAttempt.make(
      webhook: due.webhook,
      headers: due.headers,
      transforms: due.transforms,
      body: due.body,
      timeout: due.retries.timeout,
      configuration,
      on: loop
    )
    let kind: FailedAttempt.Kind = due.kind == .cron ? .cron : .oneOff
    if let failure = attempt.failure(kind, due.trigger, due.id) {
      configuration.reportFailedAttempt(failure)
    }
    let status: ScheduleOutcome.Status =
      if attempt.isSuccess {
        .delivered
      } else if due.tries >= due.retries.count, attempt.retryAfter == nil {
        .error
      } else {
        .scheduled(
          after: min(max(attempt.retryAfter ?? due.retries.interval, 0), Self.longestWait)
        )
      }
    await store(ScheduleOutcome(kind: due.kind, id: due.id, status: status, attempt: attempt))
  }

  /// Writes down what came of an event, when the database is back where it is away.
  private func store(_ outcome: ScheduleOutcome) async {
    defer { calls[outcome.id] = nil }
    var withInvocation = true
    while true {
      do {
        _ = try await pool.execute(
          outcome.batch(withInvocation: withInvocation),
          access: .write
        )
        return
      } catch {
        if error.isLasting {
          // What was asked and answered is refused, perhaps; if it is the rest, nothing helps.
          guard withInvocation, outcome.attempt != nil else { return }
          withInvocation = false
        } else if isStopping {
          return
        } else {
          try? await loop.sleep(for: .milliseconds(200))
        }
      }
    }
  }
}
