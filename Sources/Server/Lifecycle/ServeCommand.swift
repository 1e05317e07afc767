import Authentication
import Engine
import EventLoop
import HTTP
import Observability
import PostgresClient
import Resolvers

/// `apus serve`: database, migrations, engine, listening, until the operator says stop.
struct ServeCommand: Sendable {
  let configuration: ServeConfiguration
  let logger: Logger
  /// When the process began, for the line that says how soon it was ready.
  let startedAt: ContinuousClock.Instant

  /// Serves; returns the exit status.
  func run() -> Int32 {
    DescriptorLimit.raise()
    return EventLoopGroup.blocking(count: configuration.threads) { await run(on: $0) }
  }

  private func run(on group: EventLoopGroup) async -> Int32 {
    let loop = group.loops[0]
    let stop = StopSignal(on: loop)
    let flusher = LogFlusher(logger, on: loop)
    let failure = Slot<any Error>()
    let work = loop.spawn {
      do {
        try await serve(on: group, until: stop)
      } catch {
        failure.fill(error)
      }
    }
    // Until it serves, whatever it waits for is given up at once.
    stop.whenStopped { work.cancel() }
    await work.value
    stop.close()
    flusher.stop()
    guard stop.signal == nil, let error = failure.value else {
      logger.log(.stopped)
      return 0
    }
    let message = ErrorText.text(of: error)
    logger.log(.failed(message: message))
    Terminal.printError("apus: \(message)")
    return 1
  }

  private func serve(on group: EventLoopGroup, until stop: StopSignal) async throws {
    let loop = group.loops[0]
    try checkSurroundings()
    let access = DatabaseAccess(configuration.database, loop: loop, logger: logger)
    try await access.withDatabase(waits: configuration.needsDatabase) { url in
      if let metadata = configuration.metadataURL { try await access.waitUntilAvailable(metadata) }
      let preparation = DatabasePreparation(configuration: configuration, url: url, logger: logger)
      try await preparation.run(on: loop)
      let logger = logger
      let webhooks = WebhookClients(
        on: group.loops,
        certificateFile: configuration.certificateFile,
        connections: configuration.webhookConnections
      )
      let feeds = FeedHub(try configuration.feeds(url: url)) { message in
        logger.log(.message(.feeds, .warn, message))
      }
      var settings = try configuration.engine(url: url, feeds: feeds)
      settings.webhooks = webhooks.sender
      let level: LogLevel = configuration.options.flag(.triggerErrorLevel) ? .error : .info
      settings.reportFailedAttempt = { failure in
        let type: LogType = failure.kind == .event ? .eventTrigger : .scheduledTrigger
        logger.log(.message(type, level, failure.text))
      }
      settings.environment = ProcessEnvironment.current()
      let engine = Engine(
        settings,
        on: group.loops,
        reportChanges: { logger.log(.message(.postgres, $0.event.logLevel, $0.text)) }
      )
      do {
        try await engine.start()
        try await preparation.applyMetadata(to: engine)
        let options = configuration.options
        let jobs = JobStart(on: loop, logger: logger) {
          try await JobService.start(
            options,
            url: url,
            engine: engine,
            feeds: feeds,
            on: loop,
            logger: logger
          )
        }
        if configuration.needsDatabase { try await jobs.now() } else { jobs.whenAnswered() }
        let sweeping = loop.spawn { await feeds.sweep(engine.pool(of: loop)) }
        do {
          try await serve(engine, feeds, on: group, until: stop)
        } catch {
          sweeping.cancel()
          await feeds.stop()
          await jobs.stop()
          throw error
        }
        sweeping.cancel()
        await feeds.stop()
        await jobs.stop()
      } catch {
        await engine.stop()
        await webhooks.close()
        throw error
      }
      await engine.stop()
      await webhooks.close()
    }
  }

  /// Finds out before a database is made or changed what would keep the server from serving it.
  private func checkSurroundings() throws {
    try HTTPServer.checkAddress(configuration.http)
    if let file = configuration.certificateFile { _ = try FilePath(file).contents() }
    guard configuration.migrates else { return }
    _ = try MigrationFolder(FilePath(configuration.migrationsFolder))
    let folder = configuration.metadataFolder
    let isNamed = configuration.options.isGiven(.metadataDirectory)
    guard isNamed, !FilePath(folder).exists else { return }
    throw CommandFailure("\(folder): there is no such folder of metadata (--metadata-dir)")
  }

  private func serve(
    _ engine: Engine,
    _ feeds: FeedHub,
    on group: EventLoopGroup,
    until stop: StopSignal
  ) async throws {
    let authenticator = Authenticator(
      configuration.service.authentication,
      on: group.loops,
      logger: logger
    )
    var settings = configuration.service
    settings.feeds = feeds
    let service = Service(
      engine: engine,
      authenticator: authenticator,
      settings: settings,
      logger: logger
    )
    let server = HTTPServer(configuration.http, group: group) { request, loop in
      await service.answer(request, on: loop)
    }
    await authenticator.start()
    do {
      announce(port: try server.start(), isConsistent: await engine.health() == .good)
    } catch {
      await authenticator.stop()
      throw error
    }
    await stop.wait()
    logger.log(.stopping(signal: stop.signal ?? ""))
    await server.shutDown(grace: configuration.grace)
    await authenticator.stop()
  }

  private func announce(port: Int, isConsistent: Bool) {
    let message = ReadyMessage(
      host: configuration.http.host,
      port: port,
      query: configuration.migrates ? ReadyMessage.platformQuery : "{ __typename }",
      needsSecret: configuration.service.authentication.isAdminSecretSet
    )
    if !isConsistent { logger.log(.metadataInconsistent) }
    let elapsed = ContinuousClock.now - startedAt
    logger.log(.listening(url: message.url, milliseconds: Int(elapsed / .milliseconds(1))))
    // The standard output is the log's.
    Terminal.printError(message.text)
  }
}
