package import EventLoop
import JSON
package import PostgresClient

/// Takes jobs out of the queue and does them, as many at once as it has slots.
///
/// A job is held by a lease with a fencing token. The lease is renewed while the work goes on; when it
/// cannot be, the work is given up before the lease runs out, for another worker to do. Whatever is
/// written on behalf of a job names its fence, so that who lost it without knowing writes nothing.
package actor JobWorker {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  nonisolated let pool: PostgresPool
  private let works: [String: JobWork]
  private let options: JobWorkerOptions
  private let report: @Sendable (JobWorkerEvent) -> Void
  package nonisolated let holder: String
  private let listener: PostgresListener
  private var running: [String: RunningJob] = [:]
  private var settlements: [JobSettlement] = []
  private var isSettling = false
  private var isStopping = false
  private var isWoken = false
  private var waiter: UnsafeContinuation<Void, Never>?
  private var timer: LoopTimer?
  private var tasks: [Task<Void, Never>] = []
  private var stopped: [UnsafeContinuation<Void, Never>] = []

  /// `configuration` is that of connections of the worker's own, so that jobs and requests do not
  /// wait for each other.
  package init(
    _ configuration: PostgresConfiguration,
    works: [JobWork],
    options: JobWorkerOptions = JobWorkerOptions(),
    on loop: EventLoop,
    report: @escaping @Sendable (JobWorkerEvent) -> Void = { _ in }
  ) {
    var configuration = configuration
    configuration.maximumReadConnections = 2
    configuration.maximumQuickConnections = 0
    configuration.maximumWriteConnections = min(options.slots, 16) + 3
    // A job may take its time in one transaction, and waits in line for others of its kind.
    configuration.writeIsolation = .readCommitted
    configuration.statementTimeout = .zero
    configuration.lockTimeout = .zero
    configuration.idleInTransactionTimeout = .zero
    configuration.waitTimeout = .seconds(30)
    self.loop = loop
    pool = PostgresPool(configuration, on: loop)
    listener = PostgresListener(configuration, channel: JobQueue.channel, on: loop)
    self.works = Dictionary(works.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
    self.options = options
    self.report = report
    holder = WorkerName.make()
  }

  // MARK: - Start and end

  package func start() {
    timer = LoopTimer(on: loop)
    tasks = [
      loop.spawn { await self.work() },
      loop.spawn { await self.listen() },
      loop.spawn { await self.keepLeases() },
    ]
    report(.started(holder: holder, kinds: works.keys.sorted()))
  }

  /// Takes no more jobs, lets those that run go on for a while, and gives the rest back.
  package func stop() async {
    isStopping = true
    wake()
    // A claim that is under way may still bring jobs.
    await tasks.first?.value
    let deadline = ContinuousClock.now + options.grace
    while !running.isEmpty, ContinuousClock.now < deadline {
      guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { break }
    }
    for job in running.values { job.giveUp(.released) }
    for _ in 0..<100 where !running.isEmpty {
      guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { break }
    }
    for task in tasks { task.cancel() }
    await listener.close()
    wake()
    for task in tasks { await task.value }
    tasks = []
    timer?.close()
    timer = nil
    await pool.close()
  }

  // MARK: - Looking for jobs

  private func work() async {
    while !isStopping {
      isWoken = false
      var claimed = 0
      let room = options.slots - running.count
      if room > 0 {
        do {
          claimed = try await claim(room)
        } catch {
          report(.unreachable(JobFailure(error).message))
          try? await loop.sleep(for: .milliseconds(500))
        }
      }
      if claimed == 0 || running.count >= options.slots { await rest() }
    }
  }

  /// Waits until there may be something to do.
  private func rest() async {
    guard !isWoken, !isStopping else { return }
    timer?.start(afterMilliseconds: options.pollInterval.milliseconds) { [unowned self] in
      self.assumeIsolated { $0.wake() }
    }
    await withUnsafeContinuation { continuation in
      if isWoken || isStopping { continuation.resume() } else { waiter = continuation }
    }
    timer?.stop()
  }

  private func wake() {
    isWoken = true
    waiter?.resume()
    waiter = nil
  }

  /// Hears at once of new jobs and of cancellations, where notifications get through.
  private func listen() async {
    while !isStopping {
      do {
        try await listener.open()
        while !isStopping {
          try await listener.next()
          wake()
          if !running.isEmpty { await renew() }
        }
      } catch {
        await listener.close()
        guard (try? await loop.sleep(for: .seconds(1))) != nil else { return }
      }
    }
  }

  private func claim(_ room: Int) async throws -> Int {
    let sentAt = ContinuousClock.now
    let kinds = "{" + works.keys.sorted().joined(separator: ",") + "}"
    let rows = try await pool.execute(
      QueryBatch(
        Self.claiming,
        Parameters(holder, String(room), "\(options.lease.milliseconds) ms", kinds)
      ),
      access: .write
    )[0]
    for row in 0..<rows.rowCount { start(rows, row, sentAt) }
    return rows.rowCount
  }

  private func start(_ rows: QueryResult, _ row: Int, _ sentAt: ContinuousClock.Instant) {
    guard let id = rows.string(row, 0), let kind = rows.string(row, 1), let work = works[kind],
      let fence = rows.string(row, 2).flatMap({ Int($0) })
    else { return }
    let spec = rows.string(row, 3).flatMap { try? JSONValue(parsing: $0) }?.object
    let context = JobContext(
      id: id,
      kind: kind,
      spec: spec ?? JSONObject(),
      workspace: rows.string(row, 4) ?? "",
      createdBy: rows.string(row, 5) ?? "",
      attempt: rows.string(row, 6).flatMap { Int($0) } ?? 1,
      fence: fence,
      loop: loop,
      pool: pool,
      redaction: options.redaction
    )
    let seconds = rows.string(row, 7).flatMap { Int($0) } ?? 3600
    let job = RunningJob(
      context,
      leaseEnd: sentAt + options.lease,
      deadline: sentAt + .seconds(seconds)
    )
    running[id] = job
    job.task = loop.spawn { await self.run(job, work) }
  }

  private func run(_ job: RunningJob, _ work: JobWork) async {
    let outcome: JobSettlement.Outcome
    do {
      let result = try await work.run(job.context)
      outcome = .completed(options.redaction.apply(JSONValue.object(result).text))
    } catch {
      outcome = job.outcome(of: error, options.redaction)
    }
    if case .lost = outcome {
      running[job.context.id] = nil
      report(.leaseLost(job: job.context.id))
      return wake()
    }
    settlements.append(JobSettlement(job: job, outcome: outcome))
    guard !isSettling else { return }
    isSettling = true
    // Not in this task: one that was cancelled can ask the database nothing.
    loop.spawn { await self.settle() }
  }

  // MARK: - Leases

  private func keepLeases() async {
    var lastRenewal = ContinuousClock.now
    var lastReaping = ContinuousClock.now
    let step = min(options.lease / 6, .milliseconds(250))
    while (try? await loop.sleep(for: step)) != nil {
      let now = ContinuousClock.now
      for job in running.values {
        if job.leaseEnd <= now {
          job.giveUp(.lost)
        } else if job.deadline <= now {
          job.giveUp(.timeout)
        }
      }
      if now - lastRenewal >= options.lease / 3 {
        lastRenewal = now
        await renew()
      }
      if !isStopping, now - lastReaping >= options.lease / 2 {
        lastReaping = now
        await reap()
      }
    }
  }

  /// Renews the leases, and learns which jobs were cancelled or are somebody else's by now.
  private func renew() async {
    let jobs = Array(running.values)
    guard !jobs.isEmpty else { return }
    let sentAt = ContinuousClock.now
    let ids = "{" + jobs.map(\.context.id).joined(separator: ",") + "}"
    let fences = "{" + jobs.map { String($0.context.fence) }.joined(separator: ",") + "}"
    let parameters = Parameters(ids, fences, "\(options.lease.milliseconds) ms")
    // While the database is away the leases run out by themselves.
    guard
      let rows = try? await pool.execute(
        QueryBatch(Self.renewing, parameters),
        access: .write
      )[0]
    else { return }
    var held: [String: Bool] = [:]
    for row in 0..<rows.rowCount {
      if let id = rows.string(row, 0) { held[id] = rows.string(row, 1) == "t" }
    }
    for job in jobs where running[job.context.id] === job {
      guard let isCancelled = held[job.context.id] else {
        // What is being settled has no lease any more.
        if !job.isDone { job.giveUp(.lost) }
        continue
      }
      job.leaseEnd = sentAt + options.lease
      if isCancelled { job.giveUp(.cancelled) }
    }
  }

  private func reap() async {
    let rows = try? await pool.execute(QueryBatch(Self.reaping), access: .write)[0]
    guard let count = rows?.string(0, 0).flatMap({ Int($0) }), count > 0 else { return }
    report(.reaped(count))
    wake()
  }

  // MARK: - Ends

  /// Stores how jobs ended, many at once where many end.
  private func settle() async {
    while !settlements.isEmpty {
      let batch = settlements
      settlements = []
      var failures = 0
      while true {
        do {
          _ = try await pool.execute(JobSettlement.batch(batch), access: .write)
          break
        } catch {
          // Until the lease is over it may be tried again: a second time changes nothing.
          failures += 1
          report(.unreachable(JobFailure(error).message))
          guard failures < 40, (try? await loop.sleep(for: .milliseconds(250))) != nil else {
            break
          }
        }
      }
      for settlement in batch {
        running[settlement.job.context.id] = nil
        guard settlement.job.context.kind != JobWork.noop.kind else { continue }
        report(
          .ended(
            job: settlement.job.context.id,
            kind: settlement.job.context.kind,
            status: settlement.outcome.name,
            message: settlement.outcome.message
          )
        )
      }
      wake()
    }
    isSettling = false
  }

  private static let claiming = PreparedQuery(
    """
    SELECT job_id, kind, fence, spec, workspace_id, created_by, attempts, timeout_seconds
    FROM control.claim_jobs($1, $2::integer, $3::interval, $4::text[])
    """
  )

  private static let renewing = PreparedQuery(
    """
    UPDATE control.experiment_job j
    SET lease_expires_at = clock_timestamp() + $3::interval, heartbeat_at = clock_timestamp()
    FROM unnest($1::uuid[], $2::bigint[]) AS held (id, fence)
    WHERE j.job_id = held.id AND j.fence = held.fence AND j.status = 'running'
    RETURNING j.job_id, j.cancel_requested
    """
  )

  private static let reaping = PreparedQuery("SELECT control.reap_jobs()")
}
