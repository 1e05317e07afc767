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

  init(
    read: ReadPlan,
    queries: [PreparedQuery],
    gatheredQuery: PreparedQuery?,
    recipes: [ParameterRecipe],
    streamCursor: Int? = nil,
    streamKeys: [Int] = [],
    externals: [ExternalField],
    checks: [InputCheck] = []
  ) {
    self.read = read
    self.queries = queries
    self.gatheredQuery = gatheredQuery
    self.recipes = recipes
    self.streamCursor = streamCursor
    self.streamKeys = streamKeys
    self.externals = externals
    self.checks = checks
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
