import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

extension Worker {
  /// The SQL of an operation's root fields, with PostgreSQL's plans; nothing of it is carried out.
  func explain(_ request: GraphQLRequest, _ session: Session) async -> CommandAnswer {
    do throws(RequestFailure) {
      let snapshot = try currentSnapshot()
      var request = try resolved(request, snapshot)
      request.allowsSubscription = true
      let roleSchema = try await schema(of: session.key, in: snapshot)
      let planned = try operation(request, session, roleSchema, snapshot)
      guard planned.operation.kind != .mutation else {
        throw RequestFailure(
          HasuraError(.invalidParams, "only queries can be explained", httpStatus: 400),
          .operation
        )
      }
      let variables = try variables(of: request, planned.operation, roleSchema)
      var planner = Planner(
        planned.operation,
        variables,
        in: roleSchema,
        options: planningOptions
      )
      let roots: [RootRequest]
      do {
        roots = try planner.roots()
      } catch {
        throw RequestFailure(error, .validation)
      }
      var fields: [JSONValue] = []
      for root in roots.flatMap(\.fields) {
        let read = Compiler.compile([root], tables: roleSchema.tables)
        let plan = Plan(
          read: read,
          queries: [],
          gatheredQuery: nil,
          recipes: planner.recipes,
          externals: [],
          database: roleSchema.database(of: read),
          remotes: remotePlans(of: read, planner.remotes, planner.recipes, roleSchema)
        )
        let context = RequestContext(variables, session, roleSchema)
        fields.append(try await explanation(of: root, plan, context))
      }
      guard planned.operation.kind == .subscription, let field = fields.first?.object else {
        return CommandAnswer(.array(fields))
      }
      return CommandAnswer([
        "sql": field["sql"] ?? .null, "plan": field["plan"] ?? .null,
        "variables": [
          "synthetic": .array([]), "query": .object(request.variables),
          "session": .object(session.json),
        ],
      ])
    } catch {
      return CommandAnswer(error.error, showingInternal: true)
    }
  }

  private func explanation(
    of root: RootRequest,
    _ plan: Plan,
    _ context: RequestContext
  ) async throws(RequestFailure) -> JSONValue {
    guard !plan.read.statements.isEmpty else {
      return ["field": .string(root.key), "sql": .null, "plan": .null]
    }
    var statements: [String] = []
    var lines: [JSONValue] = []
    // What rows lead to in other databases comes after them: those whose keys it takes.
    var plans = [plan]
    while !plans.isEmpty {
      let next = plans.removeFirst()
      statements += next.read.statements.map(\.sql)
      lines += try await planLines(of: next, context)
      plans = next.remotes.map(\.plan) + plans
    }
    return [
      "field": .string(root.key),
      "sql": .string(statements.joined(separator: ";\n")),
      "plan": .array(lines),
    ]
  }

  /// PostgreSQL's plans of a plan's statements; those that take keys are explained for none.
  private func planLines(
    of plan: Plan,
    _ context: RequestContext
  ) async throws(RequestFailure) -> [JSONValue] {
    var batch = QueryBatch()
    for statement in plan.read.statements {
      batch.append(
        PreparedQuery("explain (format text) " + statement.sql),
        try parameters(of: statement, plan, context) { _ in Array("{}".utf8) }
      )
    }
    do {
      return try await pool(of: plan).execute(batch, access: .write).flatMap { rows in
        (0..<rows.rowCount).map { JSONValue.string(rows.string($0, 0) ?? "") }
      }
    } catch {
      throw RequestFailure(HasuraError(error), .execution)
    }
  }
}

extension RootRequest {
  /// Its name in the answer.
  var key: String {
    switch self {
    case .rows(let key, _), .row(let key, _), .aggregate(let key, _), .connection(let key, _),
      .stream(let key, _, _), .typename(let key, _), .external(let key, _):
      key
    case .namespace(let key, _), .list(let key, _), .constant(let key, _),
      .demand(let key, _, _, _):
      key
    }
  }

  /// What stands below a namespace, each by itself and under both names; any other field itself.
  fileprivate var fields: [RootRequest] {
    guard case .namespace(let namespace, let fields) = self else { return [self] }
    return fields.flatMap(\.fields).map { $0.renamed("\(namespace).\($0.key)") }
  }

  private func renamed(_ key: String) -> RootRequest {
    switch self {
    case .rows(_, let query): .rows(key: key, query)
    case .row(_, let query): .row(key: key, query)
    case .aggregate(_, let query): .aggregate(key: key, query)
    case .connection(_, let query): .connection(key: key, query)
    case .stream(_, let query, let cursor): .stream(key: key, query, cursor: cursor)
    case .typename(_, let name): .typename(key: key, name: name)
    case .external(_, let index): .external(key: key, index: index)
    case .namespace(_, let fields): .namespace(key: key, fields)
    case .list(_, let queries): .list(key: key, queries)
    case .constant(_, let json): .constant(key: key, json: json)
    case .demand(_, let table, let condition, let refusal):
      .demand(key: key, table: table, condition, refusal)
    }
  }
}
