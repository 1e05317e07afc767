import PostgresClient
import SQLCompiler

/// The plan of a live query, known by its content: the statements, and the JSON that their rows become.
///
/// Plans of several loops, roles and documents are equal where statements and output are. What they
/// answer then depends on nothing but the statements' parameters, which is why those who have plan
/// and parameters in common may share a result, and nobody else does.
final class LivePlan: Hashable, Sendable {
  let plan: Plan
  /// What each database is asked: nearly always one, and never none.
  let parts: [LivePart]
  /// The first statement, which also tells what it saw: in its last cell the snapshot, and before that
  /// whether there is a row.
  let watchedQuery: PreparedQuery?
  private let statements: [String]
  private let hash: Int

  init(_ plan: Plan) {
    self.plan = plan
    let statements = plan.read.statements.map(\.sql)
    self.statements = statements
    parts =
      plan.parts.isEmpty
      ? [LivePart(plan.database, Array(statements.indices), statements)]
      : plan.parts.map { LivePart($0.database, $0.statements, statements) }
    watchedQuery = statements.first.map {
      PreparedQuery(
        "select q.*, s.s from (select pg_catalog.pg_current_snapshot()::text) as s(s) "
          + "left join (select q.*, true from (\($0)) as q) as q on true"
      )
    }
    var hasher = Hasher()
    hasher.combine(statements)
    hasher.combine(plan.read.constants)
    hasher.combine(plan.database)
    hasher.combine(plan.parts)
    hash = hasher.finalize()
  }

  /// The databases that it reads.
  var databases: Set<DatabaseID> { Set(parts.map(\.database)) }

  static func == (first: LivePlan, second: LivePlan) -> Bool {
    if first === second { return true }
    let (own, other) = (first.plan.read, second.plan.read)
    return first.hash == second.hash && first.statements == second.statements
      && own.root == other.root && own.fields == other.fields && own.levels == other.levels
      && own.keyCells == other.keyCells && own.constants == other.constants
      && own.stream == other.stream && first.plan.database == second.plan.database
      && first.plan.parts == second.plan.parts
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// The statements of a live query that one database answers.
struct LivePart: Sendable {
  let database: DatabaseID
  /// Their indices in the plan.
  let statements: [Int]
  /// What decides when the answer may have changed.
  let reads: TableReads

  fileprivate init(_ database: DatabaseID, _ statements: [Int], _ texts: [String]) {
    self.database = database
    self.statements = statements
    reads = TableReads(of: statements.map { texts[$0] })
  }

  /// Tells what the statements behind it see at least.
  static let snapshotQuery = PreparedQuery("select pg_catalog.pg_current_snapshot()::text")
}

/// What a batch of statements saw of the database, told by the first of them.
struct WatchedResult {
  let snapshot: DatabaseSnapshot?
  /// Whether the first statement has no rows but the one that tells the snapshot.
  let isEmpty: Bool

  init(_ result: QueryResult) {
    let (last, marker) = (result.columnCount - 1, result.columnCount - 2)
    snapshot = result.bytes(0, last).flatMap { DatabaseSnapshot($0) }
    isEmpty = result.isNull(0, marker)
  }
}

/// What is refreshed together: one plan, at one pace.
struct LiveGroupKey: Hashable, Sendable {
  let plan: LivePlan
  /// In milliseconds, by `@refetch`; nil for the server's own.
  let interval: Int?
  /// Whether errors show what PostgreSQL said.
  let showsInternal: Bool
}

/// Those who get one and the same result.
struct CohortKey: Hashable, Sendable {
  let group: LiveGroupKey
  /// Of each statement: the values of variables, of the session and of the document.
  let parameters: [Parameters]
}

/// A result of a cohort, as all who are in it get it.
struct LiveResult: Sendable {
  /// Counts the results of the cohort that differ from the one before.
  var version: Int
  var bytes: [UInt8]
}
