import Engine
import EventLoop
import Metadata
import Observability
import PostgresClient
import Resolvers

/// The commands that work on the database once and end.
struct DatabaseCommand: Sendable {
  let command: Command
  let options: OptionValues
  private let database: DatabaseAccess.Choice

  init(_ command: Command, _ options: OptionValues) throws(UsageError) {
    self.command = command
    self.options = options
    database =
      switch command {
      case .migrateUp, .migrateDown, .migrateStatus, .sampleLoad: try options.servedDatabase
      default: options.database
      }
  }

  /// Does it; returns the exit status.
  func run() -> Int32 {
    EventLoopGroup.blocking(count: 1) { group in
      do {
        try await run(on: group.loops[0])
        return 0
      } catch is DifferenceFound {
        return 1
      } catch {
        Terminal.printError("apus: \(ErrorText.text(of: error))")
        return 1
      }
    }
  }

  private func run(on loop: EventLoop) async throws {
    // What a command prints is its result; the log says only what is wrong.
    let logger = Logger(descriptor: 2, level: .warn)
    let access = DatabaseAccess(database, loop: loop, logger: logger)
    try await access.withDatabase(waits: false) { url in
      switch command {
      case .migrateUp, .migrateDown, .migrateStatus:
        try await Maintenance(url: url, loop: loop).withPool { try await migrate($0) }
      case .sampleLoad:
        try await Maintenance(url: url, loop: loop).withPool { try await loadSample($0) }
      case .metadataApply, .metadataExport, .metadataDiff, .metadataClear, .schemaPrint:
        try await withEngine(url, loop) { try await run(with: $0) }
      case .serve, .worker, .version, .presetList, .presetRun, .jobWatch: return
      case .dbnInfo, .dbnCat, .book: return
      }
    }
  }

  // MARK: - Migrations

  private func migrate(_ pool: PostgresPool) async throws {
    let path = options.text(.migrationsDirectory) ?? "Migrations"
    let runner = MigrationRunner(folder: try MigrationFolder(FilePath(path)), pool: pool) { event in
      switch event {
      case .waiting: Terminal.printError("waiting for another server that migrates")
      case .applied(let name): Terminal.print("applied \(name)")
      case .reverted(let name): Terminal.print("reverted \(name)")
      case .ahead(let names):
        Terminal.printError("newer than the folder: \(names.joined(separator: ", "))")
      }
    }
    switch command {
    case .migrateUp:
      if try await runner.up().isEmpty { Terminal.print("nothing to apply") }
    case .migrateDown:
      if try await runner.down().isEmpty { Terminal.print("nothing to take back") }
    default:
      for status in try await runner.status() { Terminal.print("\(status)") }
    }
  }

  private func loadSample(_ pool: PostgresPool) async throws {
    let tables = QueryBatch(sql: "select to_regclass('market_data.exchanges') is not null")
    guard try await pool.execute(tables)[0].string(0, 0) == "t" else {
      throw CommandFailure(
        "the database has no tables for the sample data: apply the migrations first"
      )
    }
    var isSilent = true
    try await SampleLoader(options, pool: pool).load(isExplicit: true) {
      isSilent = false
      Terminal.print("\($0)")
    }
    if isSilent { Terminal.print("the sample data are there") }
  }

  // MARK: - Metadata

  private func withEngine(
    _ url: String,
    _ loop: EventLoop,
    _ body: (Engine) async throws -> Void
  ) async throws {
    var configuration = EngineConfiguration(database: try PostgresConfiguration(url: url))
    configuration.metadataDatabase = try options.metadataURL.map(PostgresConfiguration.init(url:))
    if !database.isServed { configuration.sourceConfiguration = nil }
    configuration.environment = ProcessEnvironment.current()
    configuration.schemaSyncInterval = nil
    configuration.usePlatformFields(ProviderSettings(), FeedHub())
    configuration.stringifiesNumericTypes = options.flag(.stringifyNumericTypes)
    let engine = Engine(configuration, on: [loop])
    do {
      try await engine.start()
      try await body(engine)
    } catch {
      await engine.stop()
      throw error
    }
    await engine.stop()
  }

  private func run(with engine: Engine) async throws {
    let commands = MetadataCommands(engine: engine)
    let files = MetadataFiles(FilePath(options.text(.metadataDirectory) ?? "metadata"))
    switch command {
    case .metadataApply:
      try await commands.replace(by: try files.read())
      Terminal.print("applied \(files.folder.text)")
    case .metadataExport:
      let count = try files.write(try await commands.export())
      Terminal.print("exported \(count) files to \(files.folder.text)")
    case .metadataDiff:
      let difference = MetadataDifference(
        from: try await commands.export(),
        to: try files.read()
      )
      guard !difference.isEmpty else { return }
      Terminal.print(difference.text)
      throw DifferenceFound()
    case .metadataClear:
      try await commands.clear()
      Terminal.print("the metadata are empty")
    default:
      let role = options.text(.role) ?? Session.adminRole
      Terminal.print(try engine.schemaText(role: role))
    }
  }
}
