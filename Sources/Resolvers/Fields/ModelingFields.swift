package import Engine
import JSON
import PostgresClient

/// The seven steps of a modeling session, in their order.
enum ModelingStep: String, CaseIterable {
  case datasetSelect = "dataset_select"
  case goldConfig = "gold_config"
  case signalSelect = "signal_select"
  case evalParams = "eval_params"
  case runExperiment = "run_experiment"
  case promoteReview = "promote_review"
  case promotion

  var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

extension NativeField {
  package static let startModelingSession = NativeField(
    "start_modeling_session",
    of: [.mutation],
    description: "begin a run through the seven gated modeling steps",
    arguments: [.optional("model_id", "String"), .optional("workspace_id", "uuid")],
    returns: .row(of: Platform.session),
    body: .call { call in
      let caller = Caller(call)
      return try await call.pool.withTransaction { connection in
        let workspace = try await caller.workspace(call, connection)
        let rows = try await connection.query(
          """
          INSERT INTO control.modeling_session (workspace_id, model_id, created_by)
          VALUES ($1, $2, $3) RETURNING session_id
          """,
          [workspace, call.text("model_id"), caller.actor]
        )
        let session = rows.string(0, 0) ?? ""
        for step in ModelingStep.allCases {
          _ = try await connection.query(
            "INSERT INTO control.modeling_step_state (session_id, step_name) VALUES ($1, $2)",
            [session, step.rawValue]
          )
        }
        try await audit("modeling.start", session, workspace, caller, [:], connection)
        return .row([session])
      }
    }
  )

  /// `commit_modeling_step(session_id, step, payload)`: a step after all before it.
  package static let commitModelingStep = NativeField(
    "commit_modeling_step",
    of: [.mutation],
    description: "commit the next step of a modeling session; the last one promotes its run",
    arguments: [
      .required("session_id", "uuid"), .required("step", "String"),
      .optional(
        "payload",
        "jsonb",
        "of run_experiment {job_id}, of promotion {run_id, alias}"
      ),
    ],
    returns: .row(of: Platform.session),
    body: .call { call in
      let id = try call.requiredUUID("session_id")
      let name = call.text("step") ?? ""
      guard let step = ModelingStep(rawValue: name) else {
        let names = ModelingStep.allCases.map(\.rawValue).joined(separator: ", ")
        throw call.failure("there is no step '\(name)'; the steps are \(names)", at: "step")
      }
      let payload = call.arguments["payload"] ?? [:]
      guard payload.object != nil else {
        throw call.failure("the payload has to be an object", at: "payload")
      }
      return try await refusing(call) {
        try await call.pool.withTransaction { connection in
          try await commit(step, of: id, payload, call, connection)
          return .row([id])
        }
      }
    }
  )

  private static func commit(
    _ step: ModelingStep,
    of id: String,
    _ payload: JSONValue,
    _ call: NativeCall,
    _ connection: PostgresConnection
  ) async throws {
    let caller = Caller(call)
    let rows = try await connection.query(
      """
      SELECT s.status, s.workspace_id, count(*) FILTER (WHERE t.status = 'committed'), s.job_id
      FROM (SELECT * FROM control.modeling_session WHERE session_id = $1 FOR UPDATE) AS s
      JOIN control.modeling_step_state t USING (session_id)
      GROUP BY s.status, s.workspace_id, s.job_id
      """,
      [id]
    )
    guard let status = rows.string(0, 0), rows.rowCount == 1, let workspace = rows.string(0, 1)
    else { throw call.failure("there is no such modeling session", at: "session_id") }
    try await caller.check(workspace: workspace, call, connection)
    guard status != "promoted", status != "abandoned" else {
      throw call.failure("the session is \(status), so no step can be committed", at: "session_id")
    }
    let done = rows.string(0, 2).flatMap { Int($0) } ?? 0
    guard step.number == done + 1 else {
      let next = ModelingStep.allCases[min(done, ModelingStep.allCases.count - 1)].rawValue
      throw call.failure(
        "the step '\(step.rawValue)' cannot be committed: the next one is '\(next)'",
        at: "step"
      )
    }
    var job = rows.string(0, 3)
    if step == .runExperiment { job = try await experiment(payload, call, connection) }
    // What is audited from here on is found from the experiment's job.
    _ = try await connection.query("SELECT set_config('apus.job', $1, true)", [job ?? ""])
    if step == .promotion {
      try await promote(payload, id, job, workspace, caller, call, connection)
    }
    _ = try await connection.query(
      """
      UPDATE control.modeling_step_state SET status = 'committed', payload = $3,
        committed_at = clock_timestamp()
      WHERE session_id = $1 AND step_name = $2
      """,
      [id, step.rawValue, payload.text]
    )
    let reached =
      switch step {
      case .promotion: "promoted"
      case .promoteReview: "completed"
      default: "in_progress"
      }
    _ = try await connection.query(
      """
      UPDATE control.modeling_session SET status = $2, job_id = $3,
        selected_silver_id = coalesce($4, selected_silver_id)
      WHERE session_id = $1
      """,
      [
        id, reached, job,
        step == .datasetSelect ? payload["dataset_id"]?.string : nil,
      ]
    )
    try await audit(
      "modeling.commit",
      id,
      workspace,
      caller,
      ["step": .string(step.rawValue)],
      connection
    )
  }

  /// The job of an experiment, which has to be there.
  private static func experiment(
    _ payload: JSONValue,
    _ call: NativeCall,
    _ connection: PostgresConnection
  ) async throws -> String {
    guard let job = payload["job_id"]?.string, Caller.isUUID(job) else {
      throw call.failure("the payload has to name the experiment's job_id", at: "payload")
    }
    let found = try await connection.query(
      "SELECT status FROM control.experiment_job WHERE job_id = $1",
      [job]
    )
    guard let status = found.string(0, 0) else {
      throw call.failure("there is no job \(job)", at: "payload")
    }
    guard status == "completed" else {
      throw call.failure("the experiment is \(status), and not completed", at: "payload")
    }
    return job
  }

  private static func promote(
    _ payload: JSONValue,
    _ session: String,
    _ job: String?,
    _ workspace: String,
    _ caller: Caller,
    _ call: NativeCall,
    _ connection: PostgresConnection
  ) async throws {
    guard let run = payload["run_id"]?.string, Caller.isUUID(run),
      let alias = payload["alias"]?.string
    else { throw call.failure("the payload has to have run_id and alias", at: "payload") }
    let own = try await connection.query(
      "SELECT 1 FROM backtests.run_summary WHERE run_id = $1 AND job_id = $2",
      [run, job]
    )
    guard own.rowCount == 1 else {
      throw call.failure("the run is none of the session's experiment", at: "payload")
    }
    do {
      _ = try await Promotion(
        connection: connection,
        workspace: workspace,
        actor: caller.actor
      ).promote(
        run: run,
        alias: alias,
        description: payload["description"]?.string ?? "",
        session: session
      )
    } catch let refusal as Promotion.Refusal {
      throw call.failure(refusal.description, at: "payload")
    }
  }

  package static let abandonModelingSession = NativeField(
    "abandon_modeling_session",
    of: [.mutation],
    description: "end a modeling session without promoting anything",
    arguments: [.required("session_id", "uuid")],
    returns: .row(of: Platform.session),
    body: .call { call in
      let id = try call.requiredUUID("session_id")
      let caller = Caller(call)
      return try await call.pool.withTransaction { connection in
        let rows = try await connection.query(
          """
          UPDATE control.modeling_session SET status = 'abandoned'
          WHERE session_id = $1 AND status NOT IN ('promoted', 'abandoned') RETURNING workspace_id
          """,
          [id]
        )
        guard let workspace = rows.string(0, 0) else {
          throw call.failure("there is no such session that goes on", at: "session_id")
        }
        try await caller.check(workspace: workspace, call, connection)
        try await audit("modeling.abandon", id, workspace, caller, [:], connection)
        return .row([id])
      }
    }
  )

  private static func audit(
    _ action: String,
    _ session: String,
    _ workspace: String,
    _ caller: Caller,
    _ payload: JSONObject,
    _ connection: PostgresConnection
  ) async throws {
    _ = try await connection.query(
      """
      INSERT INTO control.audit_event (workspace_id, actor_id, action, target, payload)
      VALUES ($1, $2, $3, $4, $5)
      """,
      [
        workspace, caller.actor, action, "modeling_session:\(session)",
        JSONValue.object(payload).text,
      ]
    )
  }
}
