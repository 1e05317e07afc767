import EventLoop
import PostgresClient

/// How the work on a job ended, on its way into the database.
struct JobSettlement {
  enum Outcome {
    /// With the job's result, in JSON.
    case completed(String)
    case failed(JobFailure)
    /// The worker stops: the attempt does not count.
    case released
    /// The job is no longer the worker's.
    case lost

    var name: String {
      switch self {
      case .completed: "completed"
      case .failed: "did not succeed"
      case .released: "was given back"
      case .lost: "was lost"
      }
    }

    var message: String? {
      if case .failed(let failure) = self { failure.message } else { nil }
    }
  }

  let job: RunningJob
  let outcome: Outcome

  init(job: RunningJob, outcome: Outcome) {
    self.job = job
    self.outcome = outcome
    job.isDone = true
  }

  /// Statements that store several ends in one transaction.
  static func batch(_ settlements: [JobSettlement]) -> QueryBatch {
    var batch = QueryBatch()
    var ids = "{"
    var fences = "{"
    var results = "{"
    for settlement in settlements {
      let context = settlement.job.context
      let fence = String(context.fence)
      switch settlement.outcome {
      case .completed(let result):
        if ids.utf8.count > 1 {
          ids += ","
          fences += ","
          results += ","
        }
        ids += context.id
        fences += fence
        results += quoted(result)
      case .failed(let failure):
        batch.append(
          failing,
          Parameters(
            context.id,
            fence,
            failure.code,
            failure.message,
            failure.retries ? "true" : "false",
            failure.pause.map { "\($0.milliseconds) ms" }
          )
        )
      case .released: batch.append(releasing, Parameters(context.id, fence))
      case .lost: break
      }
    }
    guard ids.utf8.count > 1 else { return batch }
    batch.append(completing, Parameters(ids + "}", fences + "}", results + "}"))
    batch.append(tellingCompletion, Parameters(ids + "}", fences + "}"))
    return batch
  }

  /// An element of an array literal.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text.unicodeScalars {
      if character == "\"" || character == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(character)
    }
    return quoted + "\""
  }

  private static let completing = PreparedQuery(
    """
    UPDATE control.experiment_job j
    SET status = 'completed', completed_at = clock_timestamp(), result = ended.result,
      lease_expires_at = NULL, error_code = NULL, error_message = NULL
    FROM unnest($1::uuid[], $2::bigint[], $3::jsonb[]) AS ended (id, fence, result)
    WHERE j.job_id = ended.id AND j.fence = ended.fence AND j.status = 'running'
    """
  )

  private static let tellingCompletion = PreparedQuery(
    """
    INSERT INTO control.job_event (job_id, sequence, event_type, payload)
    SELECT j.job_id, coalesce((SELECT max(e.sequence) FROM control.job_event e
                               WHERE e.job_id = j.job_id), 0) + 1,
      'complete', jsonb_build_object('attempt', j.attempts, 'worker', j.lease_holder)
    FROM unnest($1::uuid[], $2::bigint[]) AS ended (id, fence)
    JOIN control.experiment_job j ON j.job_id = ended.id AND j.fence = ended.fence
    WHERE j.status = 'completed' AND NOT EXISTS (
      SELECT 1 FROM control.job_event e WHERE e.job_id = j.job_id AND e.event_type = 'complete'
        AND e.created_at >= j.completed_at)
    """
  )

  private static let failing = PreparedQuery(
    "SELECT control.give_up_attempt($1::uuid, $2::bigint, $3, $4, $5::boolean, $6::interval)"
  )

  private static let releasing = PreparedQuery(
    """
    UPDATE control.experiment_job SET attempts = greatest(attempts - 1, 0),
      status = CASE WHEN cancel_requested THEN 'canceled' ELSE 'pending' END,
      completed_at = CASE WHEN cancel_requested THEN clock_timestamp() END,
      lease_expires_at = NULL, run_at = now()
    WHERE job_id = $1::uuid AND fence = $2::bigint AND status = 'running'
    """
  )
}
