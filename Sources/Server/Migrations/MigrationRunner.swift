import PostgresClient
import Resolvers

/// Takes a database through the migrations of a folder, forth and back.
///
/// Each migration is one transaction: it is applied and remembered, or nothing of it is left. Of
/// several servers that migrate at once one works and the others wait.
struct MigrationRunner: Sendable {
  /// What happens while it runs.
  enum Event: Sendable, Hashable {
    case waiting
    case applied(String)
    case reverted(String)
    /// The database has migrations that are newer than the folder.
    case ahead([String])
  }

  let folder: MigrationFolder
  let pool: PostgresPool
  var report: @Sendable (Event) -> Void = { _ in }

  /// Applies what is not applied yet, in order, and returns the names.
  func up(_ count: Int = .max) async throws -> [String] {
    let plan = try await plan()
    if !plan.ahead.isEmpty { report(.ahead(plan.ahead)) }
    // Without anything to do nothing is created, not even the ledger.
    guard try plan.next() != nil else { return [] }
    var names: [String] = []
    while names.count < count, let name = try await applyNext() {
      names.append(name)
      report(.applied(name))
    }
    return names
  }

  /// Takes the last migrations back, the newest first, and returns the names.
  func down(_ count: Int = 1) async throws -> [String] {
    var names: [String] = []
    while names.count < count, let name = try await revertLast() {
      names.append(name)
      report(.reverted(name))
    }
    return names
  }

  /// All migrations in order, with their states.
  func status() async throws -> [MigrationPlan.Status] {
    try await plan().statuses
  }

  // MARK: - Steps

  private func plan() async throws -> MigrationPlan {
    try await pool.withConnection { connection in
      MigrationPlan(folder.migrations, try await MigrationLedger(connection: connection).entries())
    }
  }

  private func applyNext() async throws -> String? {
    try await inTransaction { ledger in
      guard let migration = try await currentPlan(ledger).next() else { return nil }
      try await run(migration.up, ledger.connection)
      try await ledger.create()
      try await ledger.add(migration)
      return migration.name
    }
  }

  private func revertLast() async throws -> String? {
    try await inTransaction { ledger in
      guard let (migration, down) = try await currentPlan(ledger).last() else { return nil }
      try await run(down, ledger.connection)
      try await ledger.remove(migration.number)
      return migration.name
    }
  }

  /// Others may have migrated while this server waited for the lock.
  private func currentPlan(_ ledger: MigrationLedger) async throws -> MigrationPlan {
    MigrationPlan(folder.migrations, try await ledger.entries())
  }

  private func inTransaction(_ body: (MigrationLedger) async throws -> String?) async throws
    -> String?
  {
    try await pool.withTransaction { connection in
      let ledger = MigrationLedger(connection: connection)
      if try await !ledger.tryLock() {
        report(.waiting)
        try await ledger.waitForLock()
      }
      return try await body(ledger)
    }
  }

  /// Sends the statements one by one, so that every error has a place in the file.
  private func run(_ file: Migration.File, _ connection: PostgresConnection) async throws {
    guard let last = file.script.statements.last else { return }
    for statement in file.script.statements {
      try await run(statement.text, connection, as: statement, of: file)
    }
    // A deferred constraint would else fail at the commit, where nothing tells its place.
    try await run("SET CONSTRAINTS ALL IMMEDIATE", connection, as: last, of: file)
  }

  private func run(
    _ sql: String,
    _ connection: PostgresConnection,
    as statement: SQLScript.Statement,
    of file: Migration.File
  ) async throws {
    do {
      _ = try await connection.simpleQuery(sql)
    } catch {
      guard error.kind == .server else { throw error }
      let position = error.position ?? 1
      let failure = MigrationError.Failure(
        file: file.path.text,
        place: file.script.place(ofCharacter: position, in: statement),
        position: file.script.position(ofCharacter: position, in: statement),
        error: error
      )
      throw MigrationError(.failed(failure))
    }
  }
}
