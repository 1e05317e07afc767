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
        fields.append(
          try await explanation(of: root, read, planner.recipes, variables, session, roleSchema)
        )
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
    _ read: ReadPlan,
    _ recipes: [ParameterRecipe],
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> JSONValue {
    guard !read.statements.isEmpty else {
      return ["field": .string(root.key), "sql": .null, "plan": .null]
    }
    let plan = Plan(
      read: read,
      queries: [],
      gatheredQuery: nil,
      recipes: recipes,
      externals: []
    )
    var batch = QueryBatch()
    for statement in read.statements {
      batch.append(
        PreparedQuery("explain (format text) " + statement.sql),
        try parameters(of: statement.parameters, plan, variables, session, roleSchema)
      )
    }
    let results: [QueryResult]
    do {
      results = try await pool(of: roleSchema.database(of: read)).execute(batch, access: .write)
    } catch {
      throw RequestFailure(HasuraError(error), .execution)
    }
    let lines = results.flatMap { rows in
      (0..<rows.rowCount).map { JSONValue.string(rows.string($0, 0) ?? "") }
    }
    return [
      "field": .string(root.key),
      "sql": .string(read.statements.map(\.sql).joined(separator: ";\n")),
      "plan": .array(lines),
    ]
  }
}

extension RootRequest {
  /// Its name in the answer.
  var key: String {
    switch self {
    case .rows(let key, _), .row(let key, _), .aggregate(let key, _), .connection(let key, _),
      .stream(let key, _, _), .typename(let key, _), .external(let key, _):
      key
    case .namespace(let key, _), .list(let key, _), .constant(let key, _): key
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
    }
  }
}
