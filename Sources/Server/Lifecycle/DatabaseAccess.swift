import EventLoop
import Observability
import PostgresClient
import Resolvers

/// Gets at the database of a command: one that is given, or a private one that is started for it.
struct DatabaseAccess: Sendable {
  enum Choice: Hashable, Sendable {
    case url(String)
    /// A private PostgreSQL in a data folder.
    case embedded(folder: String)
    /// One that has the metadata, where none was named to be served.
    case metadata(String)

    var isEmbedded: Bool { if case .embedded = self { true } else { false } }
    var isServed: Bool { if case .metadata = self { false } else { true } }
  }

  private let choice: Choice
  private let loop: EventLoop
  private let logger: Logger

  init(_ choice: Choice, loop: EventLoop, logger: Logger) {
    self.choice = choice
    self.loop = loop
    self.logger = logger
  }

  /// Runs the body with the URL of a database that answers, and ends what was started for it.
  ///
  /// `waits` tells a server, which outlives its database, from a command, which gives up. A
  /// command also takes the private database of a server that runs already.
  func withDatabase<Value: Sendable>(
    waits: Bool,
    _ body: (_ url: String) async throws -> Value
  ) async throws -> Value {
    switch choice {
    case .url(let url), .metadata(let url):
      if waits { try await waitUntilAvailable(url) }
      return try await body(url)
    case .embedded(let folder):
      let postgres = try await start(in: folder, canShare: !waits)
      do {
        let value = try await body(postgres.url)
        try await stop(postgres, in: folder)
        return value
      } catch {
        try await stop(postgres, in: folder)
        throw error
      }
    }
  }

  // MARK: - A database of its own

  private func start(in folder: String, canShare: Bool) async throws -> EmbeddedPostgres {
    let logger = logger
    let postgres = try await loop.offload {
      try EmbeddedPostgres.start(in: FilePath(folder), canShare: canShare) { event in
        switch event {
        case .creating(let path): logger.log(.databaseCreating(folder: path.text))
        case .reusing(let process): logger.log(.databaseReused(process: process))
        }
      }
    }
    logger.log(.databaseStarted(folder: folder, port: postgres.port))
    return postgres
  }

  private func stop(_ postgres: EmbeddedPostgres, in folder: String) async throws {
    try await loop.offload { try postgres.stop() }
    logger.log(.databaseStopped(folder: folder))
  }

  // MARK: - A database of somebody else's

  /// Tries until the database answers, with a line in the log for each try that failed.
  func waitUntilAvailable(_ url: String) async throws {
    try await Maintenance(url: url, loop: loop, route: .transactionPooler).withPool { pool in
      var attempt = 1
      while let error = try await failure(of: pool) {
        let pause = min(125 << min(attempt, 3), 900)
        logger.log(
          .databaseUnavailable(
            attempt: attempt,
            message: error.message,
            retryInMilliseconds: pause
          )
        )
        try await loop.sleep(for: .milliseconds(pause))
        attempt += 1
      }
    }
  }

  /// Why the database does not answer; nil where it does.
  private func failure(of pool: PostgresPool) async throws -> PostgresError? {
    do {
      _ = try await pool.execute(QueryBatch(sql: "SELECT 1"))
      return nil
    } catch {
      guard error.kind == .connection else { throw error }
      return error
    }
  }
}
