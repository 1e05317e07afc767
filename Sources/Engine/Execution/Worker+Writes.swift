import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

extension Worker {
  /// Runs a mutation's statements in one piece and as one transaction, in their order.
  ///
  /// Nothing is tried again when the connection breaks: whether it was committed is not known then.
  func write(
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> Rows {
    let plan = cached.plan
    guard !plan.queries.isEmpty else { return Rows(results: []) }
    var batch = QueryBatch()
    batch.append(Self.sessionQuery, session.settingParameters)
    let first = batch.count
    for (statement, query) in zip(plan.read.statements, plan.queries) {
      var parameters = Parameters()
      for text in try texts(statement.parameters, plan, variables, session, roleSchema) {
        if let text { parameters.append(text: text) } else { parameters.appendNull() }
      }
      batch.append(query, parameters)
    }
    do {
      return Rows(results: Array(try await pool.execute(batch, access: .write)[first...]))
    } catch {
      throw RequestFailure(
        HasuraError(error, of: plan, firstStatement: first),
        .execution
      )
    }
  }

  /// Tells triggers and functions on whose behalf a transaction writes, as Hasura does.
  private static let sessionQuery = PreparedQuery("select set_config('hasura.user', $1, true)")
}

extension Session {
  /// The value of `hasura.user`: the role and the session variables as JSON.
  fileprivate var settingParameters: Parameters {
    var object = JSONObject([JSONObject.Member(key: "x-hasura-role", value: .string(role))])
    for variable in variables where variable.name != "x-hasura-role" {
      object[variable.name] = .string(variable.value)
    }
    var parameters = Parameters()
    parameters.append(text: JSONValue.object(object).serialized)
    return parameters
  }
}

extension ReadPlan {
  /// The numbers of rows that a mutation wrote, as the answer has them.
  func counts(in results: [QueryResult]) -> [[UInt8]] {
    counts.map { sources in
      let count = sources.reduce(0) { sum, source in
        let result = results[Int(source.statement)]
        guard let cell = source.cell else { return sum + result.affectedRows }
        return sum + (result.string(0, Int(cell)).flatMap { Int($0) } ?? 0)
      }
      return Array(String(count).utf8)
    }
  }
}

extension HasuraError {
  /// What the failure of a mutation's statement is to the client.
  ///
  /// `firstStatement` is where the plan's own statements begin in the batch.
  init(_ error: PostgresError, of plan: Plan, firstStatement: Int) {
    let index = error.statement.map { $0 - firstStatement } ?? -1
    guard plan.read.statements.indices.contains(index) else {
      self.init(error)
      return
    }
    let note = index < plan.read.notes.count ? plan.read.notes[index] : StatementNote()
    if let refusal = RefusalMarker(named: error) {
      self.init(refusal, note)
      return
    }
    self.init(error, statement: plan.queries[index].sql)
    path = note.path
  }

  private init(_ marker: RefusalMarker, _ note: StatementNote) {
    switch (marker, note.noRow?.reason) {
    case (.noRow, .missingRow(let message)?):
      self.init(.notSupported, message)
    case (.noRow, .precondition(let message)?):
      self.init(.conflict, message, httpStatus: 400)
    default:
      self.init(.permissionError, "check constraint of an insert/update permission has failed")
    }
    path = marker == .noRow ? note.noRow?.path ?? note.path : note.path
  }
}

extension RefusalMarker {
  /// The refusal that an error of PostgreSQL stands for, in whatever language it says so.
  fileprivate init?(named error: PostgresError) {
    guard error.sqlstate == "22P02" else { return nil }
    let marker = RefusalMarker.allCases.first { error.message.contains("\"\($0.text)\"") }
    guard let marker else { return nil }
    self = marker
  }
}
