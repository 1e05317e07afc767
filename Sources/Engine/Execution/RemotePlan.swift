import SQLCompiler

/// How the values of a member are fetched for all rows of a level, by the keys that they have.
struct RemotePlan: Sendable {
  /// One root field with the rows of the keys, each with its number and then its value.
  let plan: Plan
  let absence: RemoteRequest.Absence
}

extension Worker {
  /// The plans of what the rows of a plan lead to, which may lead further.
  func remotePlans(
    of read: ReadPlan,
    _ requests: [RemoteRequest],
    _ recipes: [ParameterRecipe],
    _ roleSchema: RoleSchema
  ) -> [RemotePlan] {
    read.remotes.map { join in
      let request = requests[join.field]
      let tables = roleSchema.tables + [request.keys.table]
      let query = request.keys.query(at: tables.count - 1, request.value)
      let other = Compiler.compile([.rows(key: "r", query)], tables: tables)
      return RemotePlan(
        plan: Plan(
          read: other,
          queries: other.statements.map { self.query($0.sql) },
          gatheredQuery: nil,
          recipes: recipes,
          externals: [],
          database: roleSchema.source(ofTable: request.target)?.database ?? .main,
          remotes: remotePlans(of: other, requests, recipes, roleSchema)
        ),
        absence: request.absence
      )
    }
  }
}
