import Engine
import EventLoop
import Observability
import PostgresClient
import Resolvers

/// What does jobs in this process, where the database has a queue.
struct JobService: Sendable {
  private let worker: JobWorker?
  private let scheduler: Scheduler?
  private let client: ProviderClient?

  /// Starts the worker, and for a server what looks at the schedules.
  static func start(
    _ options: OptionValues,
    url: String,
    engine: Engine?,
    feeds: FeedHub = FeedHub(),
    on loop: EventLoop,
    logger: Logger
  ) async throws -> JobService {
    guard try await hasQueue(url, loop) else {
      guard engine == nil else { return JobService(worker: nil, scheduler: nil, client: nil) }
      throw CommandFailure("the database has no queue of jobs: apply the migrations first")
    }
    var worker: JobWorker?
    var client: ProviderClient?
    let providers = ProviderSettings(options)
    var settings = try JobWorkerOptions(options)
    settings.redaction = providers.redaction
    if settings.slots > 0 {
      let asking = ProviderClient(providers, on: loop)
      client = asking
      var database = try PostgresConfiguration(url: url)
      database.route = options.route
      let made = JobWorker(
        database,
        works: PlatformFields.works(providers, asking),
        options: settings,
        on: loop
      ) { event in
        logger.log(.message(.jobs, event.isWarning ? .warn : .info, event.text))
      }
      await made.start()
      worker = made
    }
    var scheduler: Scheduler?
    if let engine {
      let made = Scheduler(engine, PlatformFields.all(providers, feeds), on: loop) { message in
        logger.log(.message(.jobs, .warn, message))
      }
      await made.start()
      scheduler = made
    }
    return JobService(worker: worker, scheduler: scheduler, client: client)
  }

  func stop() async {
    await scheduler?.stop()
    await worker?.stop()
    await client?.close()
  }

  /// A database without the platform's schemas has none.
  private static func hasQueue(_ url: String, _ loop: EventLoop) async throws -> Bool {
    try await Maintenance(url: url, loop: loop, route: .transactionPooler).withPool { pool in
      let rows = try await pool.execute(
        QueryBatch(sql: "SELECT to_regprocedure('control.reap_jobs()') IS NOT NULL")
      )[0]
      return rows.string(0, 0) == "t"
    }
  }
}

extension JobWorkerOptions {
  init(_ options: OptionValues) throws(UsageError) {
    self.init()
    slots = try options.required(.workers, OptionValues.number)
    lease = .seconds(try options.required(.jobLease, OptionValues.number))
  }
}
