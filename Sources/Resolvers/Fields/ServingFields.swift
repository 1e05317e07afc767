package import Engine
import JSON
import PostgresClient

extension NativeField {
  /// `promote(run_id, alias)`: its job has done it when it answers, all in one transaction.
  package static let promote = NativeField(
    "promote",
    of: [.mutation],
    description: "make an immutable serving version of a backtest and point an alias at it",
    arguments: [
      .required("run_id", "uuid"), .required("alias", "String"),
      .optional("description", "String", default: ""),
    ] + JobLaunch.arguments,
    returns: .row(of: Platform.job),
    body: .call { call in
      let run = try call.requiredUUID("run_id")
      let alias = call.text("alias") ?? ""
      let caller = Caller(call)
      return try await refusing(call) {
        try await call.pool.withTransaction { connection in
          let workspace = try await caller.workspace(call, connection)
          let (job, isNew) = try await JobLaunch.addDone(
            call,
            JobRequest(
              kind: "promote",
              specRef: alias,
              spec: ["run_id": .string(run), "alias": .string(alias)],
              workspace: workspace,
              createdBy: caller.actor
            ),
            connection
          )
          guard isNew else { return .row([job]) }
          // What is audited from here on is the job's.
          _ = try await connection.query("SELECT set_config('apus.job', $1, true)", [job])
          let outcome = try await Promotion(
            connection: connection,
            workspace: workspace,
            actor: caller.actor
          ).promote(run: run, alias: alias, description: call.text("description") ?? "")
          try await JobLaunch.finish(
            job,
            [
              "serving_id": .string(outcome.servingID), "reused": .bool(outcome.isReused),
              "alias": .string(alias),
            ],
            connection
          )
          _ = try await connection.query(
            "UPDATE control.serving_activation SET job_id = $2 WHERE activation_id = $1",
            [outcome.activation, job]
          )
          return .row([job])
        }
      }
    }
  )

  /// `activate_alias(alias, serving_id)`: also the way back.
  package static let activateAlias = NativeField(
    "activate_alias",
    of: [.mutation],
    description: "point an alias at a serving version that is there, such as an older one",
    arguments: [
      .required("alias", "String"), .required("serving_id", "String"),
      .optional("workspace_id", "uuid"),
    ],
    returns: .row(of: Platform.activation),
    body: .call { call in
      let caller = Caller(call)
      return try await refusing(call) {
        try await call.pool.withTransaction { connection in
          let promotion = Promotion(
            connection: connection,
            workspace: try await caller.workspace(call, connection),
            actor: caller.actor
          )
          return .row([
            try await promotion.activate(
              alias: call.text("alias") ?? "",
              serving: call.text("serving_id") ?? ""
            )
          ])
        }
      }
    }
  )

  private static let change = NativeObject(
    "serving_change",
    description: "a value that differs between two serving versions",
    [
      NativeObject.Member("path", .nonNull(.scalar("String"))),
      NativeObject.Member("a", .scalar("jsonb")), NativeObject.Member("b", .scalar("jsonb")),
    ]
  )

  /// `serving_diff(a, b)`: what two versions differ in.
  package static let servingDiff = NativeField(
    "serving_diff",
    of: [.query],
    description: "what differs between two serving versions, by the path in their specs",
    arguments: [
      .required("a", "String", "a serving id or an alias"),
      .required("b", "String", "a serving id or an alias"),
    ],
    returns: .nonNull(.list(.nonNull(.object(change)))),
    requires: [Platform.servingVersion],
    body: .call { call in
      var specs: [JSONValue] = []
      for name in ["a", "b"] {
        let rows = try await call.pool.execute(
          QueryBatch(specQuery, Parameters(call.text(name) ?? "")),
          access: .read
        )[0]
        guard let spec = rows.string(0, 0).flatMap({ try? JSONValue(parsing: $0) }),
          rows.rowCount == 1
        else {
          throw call.failure(
            "there is no serving version or alias '\(call.text(name) ?? "")'",
            at: name
          )
        }
        specs.append(spec)
      }
      return .value(.array(JSONDifference.between(specs[0], specs[1])))
    }
  )

  private static let specQuery = PreparedQuery(
    """
    SELECT v.spec FROM control.serving_version v WHERE v.serving_id = $1
      OR v.serving_id = (SELECT a.serving_id FROM control.serving_alias a WHERE a.alias = $1)
    ORDER BY v.serving_id = $1 DESC LIMIT 1
    """
  )

  /// Tells a refusal at its argument.
  static func refusing(
    _ call: NativeCall,
    _ body: () async throws -> NativeResult
  ) async throws -> NativeResult {
    do {
      return try await body()
    } catch let refusal as Promotion.Refusal {
      throw call.failure(refusal.description, at: refusal.argument)
    } catch let refusal as JobRefusal {
      throw call.failure(refusal.description, code: .conflict)
    }
  }
}

/// Where two JSON values differ.
enum JSONDifference {
  static func between(_ a: JSONValue, _ b: JSONValue, at path: String = "$") -> [JSONValue] {
    if a == b { return [] }
    if let left = a.object, let right = b.object {
      var keys = left.keys
      for key in right.keys where left[key] == nil { keys.append(key) }
      return keys.sorted().flatMap { key in
        between(left[key] ?? .null, right[key] ?? .null, at: "\(path).\(key)")
      }
    }
    if let left = a.array, let right = b.array, left.count == right.count {
      return left.indices.flatMap { between(left[$0], right[$0], at: "\(path)[\($0)]") }
    }
    return [["path": .string(path), "a": a, "b": b]]
  }
}
