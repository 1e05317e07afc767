import EventLoop
import JSON
import PostgresClient
import Resolvers
import Synchronization
import TestSupport

/// What jobs of a test did: the runs of each, and which of them overlapped.
final class JobRecord: Sendable {
  private let runs = Mutex<[String: Int]>([:])

  func note(_ id: String) { runs.withLock { $0[id, default: 0] += 1 } }
  var counts: [String: Int] { runs.withLock { $0 } }
}

extension JobWorker {
  /// A worker of a test, quick to notice everything.
  static func make(
    _ database: TestDatabase,
    _ works: [JobWork],
    on loop: EventLoop,
    _ configure: (inout JobWorkerOptions) -> Void = { _ in }
  ) throws -> JobWorker {
    var options = JobWorkerOptions()
    options.slots = 8
    options.pollInterval = .milliseconds(50)
    options.lease = .seconds(20)
    configure(&options)
    return JobWorker(
      try PostgresConfiguration(url: database.url),
      works: works,
      options: options,
      on: loop
    )
  }
}

extension TestDatabase {
  func add(_ kind: String, count: Int = 1, _ more: String = "") throws {
    try execute(
      """
      INSERT INTO control.experiment_job (workspace_id, kind, spec_ref, created_by\(more.isEmpty ? "" : ", priority"))
      SELECT workspace_id, '\(kind)', 'test ' || n, 'tester'\(more.isEmpty ? "" : ", \(more)")
      FROM control.workspace, generate_series(1, \(count)) AS n WHERE name = 'default'
      """
    )
  }

  /// Waits until a question is answered with one row of one cell that says so.
  func waits(for expected: String, _ sql: String) async throws -> String? {
    var last: String?
    for _ in 0..<400 {
      last = try execute(sql).first?.first ?? nil
      if last == expected { return last }
      try await Task.sleep(for: .milliseconds(25))
    }
    return last
  }
}
