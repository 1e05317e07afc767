import GraphQLCore
import PostgresClient
import SQLCompiler

/// A plan that is ready to run: its statements known to the connections, its values' recipes.
///
/// A class, so that a request counts one reference and not one for each of its arrays.
final class Plan: Sendable {
  let read: ReadPlan
  let queries: [PreparedQuery]
  /// The statement of `read.gathered`.
  let gatheredQuery: PreparedQuery?
  let recipes: [ParameterRecipe]
  /// Of a stream: the recipe of its cursor.
  let streamCursor: Int?
  /// Where it fetches rows that a stream has passed: the recipes of their keys.
  let streamKeys: [Int]
  /// Root fields that the statements do not answer.
  let externals: [ExternalField]
  /// What webhooks are asked about before anything is written.
  let checks: [InputCheck]
  /// Columns that some rows of a list leave to their defaults.
  let partialColumns: [PartialColumn]
  /// The database that answers all statements; where they are of several, that of the first.
  let database: DatabaseID
  /// Where the statements are of several databases: which are of which, those of a mutation's field
  /// together.
  let parts: [PlanPart]
  /// What rows lead to elsewhere, by the joins of `read`.
  let remotes: [RemotePlan]

  init(
    read: ReadPlan,
    queries: [PreparedQuery],
    gatheredQuery: PreparedQuery?,
    recipes: [ParameterRecipe],
    streamCursor: Int? = nil,
    streamKeys: [Int] = [],
    externals: [ExternalField],
    checks: [InputCheck] = [],
    partialColumns: [PartialColumn] = [],
    database: DatabaseID = .main,
    parts: [PlanPart] = [],
    remotes: [RemotePlan] = []
  ) {
    self.remotes = remotes
    self.database = database
    self.parts = parts
    self.read = read
    self.queries = queries
    self.gatheredQuery = gatheredQuery
    self.recipes = recipes
    self.streamCursor = streamCursor
    self.streamKeys = streamKeys
    self.externals = externals
    self.checks = checks
    self.partialColumns = partialColumns
  }
}

extension Plan {
  /// Whether a webhook answers one of its root fields.
  var callsActions: Bool {
    externals.contains { if case .action = $0 { true } else { false } }
  }

  /// Whether a webhook is asked anything.
  var asksWebhooks: Bool { !checks.isEmpty || callsActions }
}

/// Statements of a plan that one database answers.
struct PlanPart: Hashable, Sendable {
  var database: DatabaseID
  /// Their indices in the plan.
  var statements: [Int]

  /// What of a plan is of which database; none where one database answers all.
  ///
  /// The fields of a mutation are parts by themselves, each a transaction of its own as in Hasura; all
  /// that queries ask of one database is read in one snapshot.
  static func parts(
    of read: ReadPlan,
    in schema: RoleSchema,
    keepsFieldsApart: Bool
  ) -> [PlanPart] {
    guard schema.sources.count > 1 else { return [] }
    var parts: [(part: PlanPart, field: Int32)] = []
    for (index, origin) in read.origins.enumerated() {
      let database = schema.source(ofTable: Int(origin.table))?.database ?? .main
      let known = parts.lastIndex {
        keepsFieldsApart ? $0.field == origin.field : $0.part.database == database
      }
      if let known {
        parts[known].part.statements.append(index)
      } else {
        parts.append((PlanPart(database: database, statements: [index]), origin.field))
      }
    }
    return Set(parts.map(\.part.database)).count > 1 ? parts.map(\.part) : []
  }
}

extension RoleSchema {
  /// The database that answers a plan's statements, or the first of them.
  func database(of read: ReadPlan) -> DatabaseID {
    guard sources.count > 1 || sources.first?.database != .main, let first = read.origins.first
    else { return .main }
    return source(ofTable: Int(first.table))?.database ?? .main
  }
}

/// An operation of a document that was validated against a role's schema, with its plans.
final class PlannedOperation {
  let operation: Operation
  /// The schema that it was validated against.
  let roleSchema: RoleSchema
  var plans: GenerationalCache<VariableShape, CachedPlan>

  init(_ operation: Operation, _ roleSchema: RoleSchema, planCapacity: Int) {
    self.operation = operation
    self.roleSchema = roleSchema
    plans = GenerationalCache(capacity: planCapacity)
  }
}

/// A plan, and what its requests have taught.
final class CachedPlan {
  let plan: Plan
  /// The same for subscriptions, once there is one.
  var live: LivePlan?
  /// Of a stream: how the rows are fetched that it has passed.
  var passed: PassedRowsPlan?
  /// The size of the largest recent answer, for the first guess at the next.
  var bodySize = 1024
  /// How long its statements take.
  var runTime = RunTime()
  /// The look-ups by this plan that wait to be gathered.
  var lookUps = LookUpLane()

  init(_ plan: Plan) {
    self.plan = plan
  }
}
