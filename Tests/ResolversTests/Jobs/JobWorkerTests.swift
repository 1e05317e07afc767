import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Resolvers

@Suite(.timeLimit(.minutes(2))) struct JobWorkerTests {
  private static let statuses =
    "SELECT string_agg(DISTINCT status, ',' ORDER BY status) FROM control.experiment_job"

  @Test func doesEachJobOnceWithSeveralWorkers() async throws {
    try await withPlatform { database, pool in
      try database.add("noop", count: 500)
      let record = JobRecord()
      let work = JobWork("noop") { context in
        record.note(context.id)
        return ["attempt": .number(JSONNumber(context.attempt))]
      }
      let workers = try (0..<2).map { _ in try JobWorker.make(database, [work], on: pool.loop) }
      for worker in workers { await worker.start() }
      #expect(try await database.waits(for: "completed", Self.statuses) == "completed")
      for worker in workers { await worker.stop() }
      #expect(record.counts.count == 500)
      #expect(Set(record.counts.values) == [1])
      #expect(
        try database.execute(
          """
          SELECT count(*), count(DISTINCT job_id), min(event_type), max(sequence)
          FROM control.job_event
          """
        ) == [["500", "500", "complete", "1"]]
      )
      #expect(
        try database.execute(
          """
          SELECT DISTINCT attempts, fence, result, lease_expires_at, error_code
          FROM control.experiment_job
          """
        ) == [["1", "1", #"{"attempt": 1}"#, nil, nil]]
      )
    }
  }

  @Test func triesAgainUntilItIsDeadAndTellsEachFailure() async throws {
    try await withPlatform { database, pool in
      try database.execute("UPDATE control.job_kind SET backoff_seconds = 0.01")
      try database.add("backtest")
      try database.execute(
        "UPDATE control.experiment_job SET max_attempts = 3, backoff_seconds = 0.01"
      )
      let worker = try JobWorker.make(
        database,
        [JobWork("backtest") { _ in throw JobFailure("bad-luck", "no luck", retries: true) }],
        on: pool.loop
      )
      await worker.start()
      #expect(try await database.waits(for: "dead", Self.statuses) == "dead")
      await worker.stop()
      #expect(
        try database.execute(
          "SELECT attempts, error_code, error_message, completed_at IS NULL FROM control.experiment_job"
        ) == [["3", "bad-luck", "no luck", "f"]]
      )
      #expect(
        try database.execute(
          """
          SELECT sequence, event_type, payload->>'status', payload->>'attempt'
          FROM control.job_event ORDER BY sequence
          """
        ) == [
          ["1", "error", "pending", "1"], ["2", "error", "pending", "2"],
          ["3", "error", "dead", "3"],
        ]
      )
    }
  }

  @Test func failsAtOnceWhereTryingAgainIsOfNoUse() async throws {
    try await withPlatform { database, pool in
      try database.add("backtest")
      let redaction = Redaction(["hunter2-hunter2"])
      let worker = try JobWorker.make(
        database,
        [
          JobWork("backtest") { context in
            try await context.log("the key is hunter2-hunter2")
            throw JobFailure("refused", "hunter2-hunter2 is no key", retries: false)
          }
        ],
        on: pool.loop
      ) { $0.redaction = redaction }
      await worker.start()
      #expect(try await database.waits(for: "failed", Self.statuses) == "failed")
      await worker.stop()
      #expect(
        try database.execute("SELECT error_message FROM control.experiment_job")
          == [["*** is no key"]]
      )
      #expect(
        try database.execute("SELECT payload->>'message' FROM control.job_event ORDER BY sequence")
          == [["the key is ***"], ["*** is no key"]]
      )
    }
  }

  @Test func cancelsWhatRunsAndWhatWaits() async throws {
    try await withPlatform { database, pool in
      try database.add("backtest", count: 2)
      let worker = try JobWorker.make(
        database,
        [
          JobWork("backtest") { context in
            try await context.progress(1, of: 4, "begun")
            try await context.loop.sleep(for: .seconds(600))
            return [:]
          }
        ],
        on: pool.loop
      ) { $0.slots = 1 }
      await worker.start()
      let running = "SELECT count(*) FROM control.job_event WHERE event_type = 'progress'"
      #expect(try await database.waits(for: "1", running) == "1")
      let ids = try database.execute("SELECT job_id FROM control.experiment_job ORDER BY status")
      for id in ids.compactMap({ $0[0] }) {
        try await pool.withTransaction { try await JobQueue($0).cancel(id, by: "ann") }
      }
      #expect(try await database.waits(for: "canceled", Self.statuses) == "canceled")
      await worker.stop()
      #expect(
        try database.execute(
          """
          SELECT attempts, progress->>'pct', string_agg(event_type, ',' ORDER BY sequence)
          FROM control.experiment_job JOIN control.job_event USING (job_id)
          GROUP BY job_id, attempts, progress ORDER BY attempts
          """
        ) == [["0", nil, "cancel"], ["1", "25", "progress,cancel,cancel"]]
      )
      await #expect(throws: JobRefusal.self) {
        try await pool.withTransaction {
          try await JobQueue($0).cancel(ids[0][0] ?? "", by: "ann")
        }
      }
    }
  }

  @Test func endsAnAttemptThatTakesTooLong() async throws {
    try await withPlatform { database, pool in
      try database.add("backtest")
      try database.execute(
        "UPDATE control.experiment_job SET timeout_seconds = 1, max_attempts = 1"
      )
      let worker = try JobWorker.make(
        database,
        [
          JobWork("backtest") { context in
            try await context.loop.sleep(for: .seconds(600))
            return [:]
          }
        ],
        on: pool.loop
      )
      await worker.start()
      #expect(try await database.waits(for: "dead", Self.statuses) == "dead")
      await worker.stop()
      #expect(
        try database.execute("SELECT error_code FROM control.experiment_job") == [["timeout"]]
      )
    }
  }

  @Test func takesTheMostUrgentFirstAndKeepsToTheLimitOfAKind() async throws {
    try await withPlatform { database, pool in
      try database.execute("UPDATE control.job_kind SET max_running = 2 WHERE kind = 'ingest'")
      try database.add("ingest", count: 4)
      try database.add("backtest", count: 1, "5")
      let claimed = try database.execute(
        "SELECT kind FROM control.claim_jobs('a', 8, '1 min', '{ingest,backtest}')"
      )
      #expect(claimed.compactMap { $0[0] }.sorted() == ["backtest", "ingest", "ingest"])
      #expect(
        try database.execute(
          "SELECT count(*) FROM control.claim_jobs('b', 8, '1 min', '{ingest,backtest}')"
        ) == [["0"]]
      )
      try database.execute(
        """
        UPDATE control.experiment_job SET status = 'completed', completed_at = now()
        WHERE job_id = (SELECT job_id FROM control.experiment_job
                        WHERE status = 'running' AND kind = 'ingest' LIMIT 1)
        """
      )
      #expect(
        try database.execute(
          "SELECT count(*) FROM control.claim_jobs('b', 8, '1 min', '{ingest,backtest}')"
        ) == [["1"]]
      )
    }
  }

  @Test func writesNothingForAJobThatAnotherWorkerHasTakenOver() async throws {
    try await withPlatform { database, pool in
      try database.add("backtest")
      try database.execute("CREATE TABLE public.written (fence int)")
      let worker = try JobWorker.make(
        database,
        [
          JobWork("backtest") { context in
            if context.fence == 1 {
              // The lease runs out, and the queue gives the job away, while this work is busy.
              _ = try await context.pool.execute(
                QueryBatch(
                  sql: """
                    UPDATE control.experiment_job
                    SET lease_expires_at = now() - interval '1 second'
                    """
                ),
                access: .write
              )
              _ = try await context.pool.execute(
                QueryBatch(sql: "SELECT control.reap_jobs()"),
                access: .write
              )
            }
            try await context.withTransaction { connection in
              _ = try await connection.query(
                "INSERT INTO public.written VALUES ($1)",
                [String(context.fence)]
              )
            }
            return [:]
          }
        ],
        on: pool.loop
      )
      await worker.start()
      #expect(try await database.waits(for: "completed", Self.statuses) == "completed")
      await worker.stop()
      #expect(try database.execute("SELECT fence FROM public.written") == [["2"]])
      #expect(
        try database.execute("SELECT attempts, fence FROM control.experiment_job") == [["2", "2"]]
      )
    }
  }

  @Test func givesBackWhatItCannotEndWhenItStops() async throws {
    try await withPlatform { database, pool in
      try database.add("backtest")
      let worker = try JobWorker.make(
        database,
        [
          JobWork("backtest") { context in
            try await context.progress(0, of: 1, "begun")
            try await context.loop.sleep(for: .seconds(600))
            return [:]
          }
        ],
        on: pool.loop
      ) { $0.grace = .milliseconds(1) }
      await worker.start()
      #expect(try await database.waits(for: "running", Self.statuses) == "running")
      await worker.stop()
      #expect(
        try database.execute("SELECT status, attempts FROM control.experiment_job")
          == [["pending", "0"]]
      )
    }
  }

  @Test func addsAJobOnceForEachKey() async throws {
    try await withPlatform { database, pool in
      let workspace = try database.execute("SELECT workspace_id FROM control.workspace")[0][0] ?? ""
      func add(_ spec: JSONObject) async throws -> String {
        try await pool.withTransaction { connection in
          try await JobQueue(connection).add(
            JobRequest(
              kind: "backtest",
              specRef: "x",
              spec: spec,
              workspace: workspace,
              createdBy: "ann",
              idempotencyKey: "k"
            )
          )
        }
      }
      let first = try await add(["a": 1])
      #expect(try await add(["a": 1]) == first)
      await #expect(throws: JobRefusal("the idempotency key was used for another job")) {
        try await add(["a": 2])
      }
      #expect(
        try database.execute("SELECT action, actor_id, target FROM control.audit_event")
          == [["job.submit", "ann", "job:\(first)"]]
      )
    }
  }

  @Test func redactsSecretsHoweverTheyOverlap() {
    let redaction = Redaction(["abcdef", "abcdefgh", "x"])
    #expect(redaction.apply("1abcdefgh2abcdef3x") == "1***2***3x")
  }
}
