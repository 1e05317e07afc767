import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

// What rows of one database lead to in another.
extension Worker {
  /// What a request has that its plans need values of.
  struct RequestContext {
    var variables: VariableValues
    var session: Session
    var roleSchema: RoleSchema
    /// Whether the request writes: what it reads then is read where changes are made.
    var isMutation = false
    /// The connection of a transaction that is still open, and its database.
    ///
    /// What it may wait for must not wait for one more connection of the same pool.
    var connection: (database: DatabaseID, connection: PostgresConnection)?

    init(
      _ variables: VariableValues,
      _ session: Session,
      _ roleSchema: RoleSchema,
      isMutation: Bool = false
    ) {
      self.variables = variables
      self.session = session
      self.roleSchema = roleSchema
      self.isMutation = isMutation
    }
  }

  /// The values of the members that a plan's own statements do not have, by its joins.
  ///
  /// Each database is asked once for all members of the plan: one statement a member, with the keys
  /// that the rows have. What the answers lead to is asked for in the same way.
  func remoteValues(
    _ plan: Plan,
    _ results: [QueryResult],
    _ context: RequestContext
  ) async throws(RequestFailure) -> [RemoteValues] {
    guard !plan.remotes.isEmpty else { return [] }
    let keys = zip(plan.read.remotes, plan.remotes).map { join, remote in
      let level = plan.read.levels[Int(join.level)]
      let result = results[Int(level.statement)]
      return RemoteKeys(
        result,
        rows: level.rows(in: result),
        cells: plan.read.keyCells[Int(join.keys.lowerBound)..<Int(join.keys.upperBound)]
          .map { Int($0) },
        keepsNull: remote.absence == .asked
      )
    }
    var values = zip(plan.remotes, keys).map { remote, keys in
      RemoteValues(keys, [], [], absent: remote.absence.text)
    }
    var left = plan.remotes.indices.filter { keys[$0].count > 0 }
    while let first = left.first {
      let database = plan.remotes[first].plan.database
      let asked = left.filter { plan.remotes[$0].plan.database == database }
      left.removeAll { plan.remotes[$0].plan.database == database }
      let answers = try await answers(to: asked, of: plan, keys, context)
      for (index, results) in zip(asked, answers) {
        let remote = plan.remotes[index]
        let inner = try await remoteValues(remote.plan, results, context)
        let (bytes, ranges) = ResponseEncoder.encode(
          valuesOf: remote.plan,
          results,
          count: keys[index].count,
          remotes: inner
        )
        values[index] = RemoteValues(keys[index], bytes, ranges, absent: remote.absence.text)
      }
    }
    return values
  }

  /// The results of the statements of some joins, which one database answers in one go.
  private func answers(
    to joins: [Int],
    of plan: Plan,
    _ keys: [RemoteKeys],
    _ context: RequestContext
  ) async throws(RequestFailure) -> [[QueryResult]] {
    var batch = QueryBatch()
    var sent: [PreparedQuery] = []
    var mayWrite = context.isMutation
    for index in joins {
      let remote = plan.remotes[index].plan
      mayWrite = mayWrite || remote.read.mayWrite
      for (statement, query) in zip(remote.read.statements, remote.queries) {
        let parameters = try parameters(of: statement, remote, context) {
          keys[index].literal(ofPart: $0)
        }
        batch.append(query, parameters)
        sent.append(query)
      }
    }
    let results: [QueryResult]
    do {
      let database = plan.remotes[joins[0]].plan.database
      results =
        if let open = context.connection, open.database == database {
          try await open.connection.execute(batch)
        } else {
          try await pool(of: database).execute(batch, access: mayWrite ? .write : .read)
        }
    } catch {
      let statement = error.statement.map { sent[$0].sql }
      throw RequestFailure(HasuraError(error, statement: statement), .execution)
    }
    var start = 0
    return joins.map { index in
      let count = plan.remotes[index].plan.queries.count
      defer { start += count }
      return Array(results[start..<(start + count)])
    }
  }

  /// The values of a statement's slots, with keys in theirs.
  func parameters(
    of statement: Statement,
    _ plan: Plan,
    _ context: RequestContext,
    keys: (Int) -> [UInt8]
  ) throws(RequestFailure) -> Parameters {
    var values = try texts(
      statement.parameters,
      plan,
      context.variables,
      context.session,
      context.roleSchema
    )
    for (index, slot) in statement.parameters.enumerated() where slot.owner == .request {
      guard case .nativeKey(let part) = plan.recipes[slot.index].source else { continue }
      values[index] = keys(part)
    }
    return Parameters(values)
  }
}
