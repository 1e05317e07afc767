import Engine
import EventLoop
import JSON
import PostgresClient

/// What the fields that start jobs have in common: some arguments, and how they answer.
enum JobLaunch {
  /// The longest that a request waits for its job, in seconds.
  private static let longestWait = 3600

  static let arguments: [NativeArgument] = [
    .optional("workspace_id", "uuid", "whose job it is; by default yours, or the default one"),
    .optional("priority", "Int", "jobs of a higher one come first, from -32768 to 32767"),
    .optional("timeout_seconds", "Int", "the longest that an attempt may take"),
    .optional("idempotency_key", "String", "the same key again answers with the same job"),
    .optional("wait", "Boolean", default: false, "answer when the job has ended"),
    .optional(
      "wait_timeout",
      "Int",
      default: 60,
      "answer after these seconds even if the job goes on"
    ),
  ]

  /// Adds a job for a call and answers with it, at once or when it has ended.
  static func start(
    _ call: NativeCall,
    kind: String,
    specRef: String,
    spec: JSONObject
  ) async throws -> NativeResult {
    let id = try await add(call, kind: kind, specRef: specRef, spec: spec)
    if call.bool("wait") == true { try await wait(id, call) }
    return .row([id])
  }

  private static func add(
    _ call: NativeCall,
    kind: String,
    specRef: String,
    spec: JSONObject
  ) async throws -> String {
    let timeout = try number("timeout_seconds", 1...1_000_000, call)
    let priority = try number("priority", -32_768...32_767, call)
    _ = try number("wait_timeout", 0...longestWait, call)
    let caller = Caller(call)
    do {
      return try await call.pool.withTransaction { connection in
        var request = JobRequest(
          kind: kind,
          specRef: specRef,
          spec: spec,
          workspace: try await caller.workspace(call, connection),
          createdBy: caller.actor
        )
        // Others may use the same key for jobs of theirs.
        request.idempotencyKey = (call.text("idempotency_key") ?? call.idempotencyKey)
          .map { "\(caller.actor):\($0)" }
        request.priority = priority
        request.timeoutSeconds = timeout
        request.schedule = call.schedule
        return try await JobQueue(connection).add(request)
      }
    } catch let refusal as JobRefusal {
      throw call.failure(refusal.description, code: .conflict)
    }
  }

  /// Adds a job that the caller's own transaction does; whether it was not there before.
  static func addDone(
    _ call: NativeCall,
    _ request: JobRequest,
    _ connection: PostgresConnection
  ) async throws -> (id: String, isNew: Bool) {
    var request = request
    request.idempotencyKey = (call.text("idempotency_key") ?? call.idempotencyKey)
      .map { "\(request.createdBy):\($0)" }
    request.schedule = call.schedule
    let id = try await JobQueue(connection).add(request)
    let status = try await connection.query(
      "SELECT status FROM control.experiment_job WHERE job_id = $1",
      [id]
    )
    return (id, status.string(0, 0) == "pending")
  }

  /// Says that such a job is done; no worker has seen it before the commit.
  static func finish(
    _ id: String,
    _ result: JSONObject,
    _ connection: PostgresConnection
  ) async throws {
    _ = try await connection.query(
      """
      UPDATE control.experiment_job SET status = 'completed', attempts = 1, result = $2,
        started_at = now(), completed_at = clock_timestamp() WHERE job_id = $1
      """,
      [id, JSONValue.object(result).text]
    )
    _ = try await connection.query(
      "SELECT control.add_job_event($1, 'complete', $2)",
      [id, JSONValue.object(result).text]
    )
  }

  private static func number(
    _ argument: String,
    _ range: ClosedRange<Int>,
    _ call: NativeCall
  ) throws -> Int? {
    guard let number = call.int(argument) else { return nil }
    guard range.contains(number) else {
      throw call.failure(
        "\(number) is not from \(range.lowerBound) to \(range.upperBound)",
        at: argument
      )
    }
    return number
  }

  /// Returns when the job has ended, or when the caller has waited long enough.
  static func wait(_ id: String, _ call: NativeCall) async throws {
    let deadline = ContinuousClock.now + .seconds(call.int("wait_timeout") ?? 60)
    var pause = Duration.milliseconds(10)
    let loop = call.pool.loop
    while ContinuousClock.now < deadline {
      let rows = try await call.pool.execute(
        QueryBatch(isOver, Parameters(id)),
        access: .write
      )[0]
      if rows.string(0, 0) == "t" { return }
      try await loop.sleep(for: min(pause, deadline - .now))
      pause = min(pause * 3 / 2, .milliseconds(250))
    }
  }

  private static let isOver = PreparedQuery(
    """
    SELECT status NOT IN ('pending', 'running') FROM control.experiment_job
    WHERE job_id = $1::uuid
    """
  )
}

extension NativeCall {
  /// The schedule that makes the call, and for when: told by a session that no request can have.
  var schedule: (name: String, time: String)? {
    guard let name = sessionVariable(ScheduledCall.nameVariable),
      let time = sessionVariable(ScheduledCall.timeVariable)
    else { return nil }
    return (name, time)
  }
}
