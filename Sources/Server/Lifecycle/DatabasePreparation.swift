import Engine
import EventLoop
import JSON
import Observability
import PostgresClient
import Resolvers

/// Brings the platform's database up to date before it is served.
struct DatabasePreparation: Sendable {
  let configuration: ServeConfiguration
  let url: String
  let logger: Logger

  /// Migrates and loads the sample data, as far as that is asked for.
  func run(on loop: EventLoop) async throws {
    guard configuration.migrates || configuration.loadsSample else { return }
    try await Maintenance(url: url, loop: loop).withPool { pool in
      if configuration.migrates { try await migrate(pool) }
      if configuration.loadsSample { try await loadSample(pool) }
    }
  }

  private func migrate(_ pool: PostgresPool) async throws {
    let folder = try MigrationFolder(FilePath(configuration.migrationsFolder))
    let runner = MigrationRunner(folder: folder, pool: pool) { event in
      switch event {
      case .waiting: logger.log(.migrationWaiting)
      case .ahead(let names): logger.log(.migrationsAhead(names))
      case .applied, .reverted: break
      }
    }
    let applied = try await runner.up()
    if !applied.isEmpty { logger.log(.migrated(versions: applied)) }
  }

  private func loadSample(_ pool: PostgresPool) async throws {
    let loader = SampleLoader(configuration.options, pool: pool)
    try await loader.load(isExplicit: false) { event in
      switch event {
      case .loaded(let dataset, let rows): logger.log(.sampleLoaded(dataset: dataset, rows: rows))
      case .unavailable(let reason): logger.log(.sampleIncomplete(reason: reason))
      }
    }
  }

  /// Applies the metadata folder where nothing is tracked yet: a new database is served as a whole.
  func applyMetadata(to engine: Engine) async throws {
    guard configuration.migrates, FilePath(configuration.metadataFolder).exists else { return }
    let folder = MetadataFiles(FilePath(configuration.metadataFolder))
    let commands = MetadataCommands(engine: engine)
    guard try await commands.isEmpty() else { return }
    try await commands.replace(by: try folder.read())
    logger.log(.metadataApplied(folder: configuration.metadataFolder))
  }
}
