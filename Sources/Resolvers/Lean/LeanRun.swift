import EventLoop
import JSON
import PostgresClient

/// Runs a LEAN project's backtest and brings its result files in.
struct LeanRun {
  /// How much of the program's output is kept, from its end.
  private static let keptOutput = 4000

  private let context: JobContext
  private let settings: ProviderSettings

  static func run(_ context: JobContext, _ settings: ProviderSettings) async throws -> JSONObject {
    let run = LeanRun(context: context, settings: settings)
    let folder: FilePath
    do {
      folder = try LeanProject.folder(context.spec["strategy"]?.string ?? "", settings)
    } catch {
      throw JobFailure("bad-spec", error.description, retries: false)
    }
    return try await run.run(in: folder)
  }

  private func run(in folder: FilePath) async throws -> JSONObject {
    let project = folder.lastComponent
    let command = settings.leanCommand
    guard let program = command.first else {
      throw JobFailure("lean", "no command of LEAN is configured", retries: false)
    }
    let backtests = folder.appending("backtests")
    let (before, commit) = await context.loop.offload {
      (Set((try? backtests.entries()) ?? []), LeanProject.commit(of: folder))
    }
    try await context.progress(5, of: 100, "running lean backtest \(project)")
    var process = ChildProcess(program, Array(command.dropFirst()) + ["backtest", project])
    process.workingDirectory = folder.parent
    process.timeout = .seconds(context.spec["timeout_seconds"]?.int ?? 3600)
    process.isDetached = true
    let started = process
    let outcome: ChildProcess.Outcome
    do {
      outcome = try await context.loop.offload { () throws(ChildProcess.Failure) in
        try started.run()
      }
    } catch {
      throw JobFailure("lean", error.description, retries: false)
    }
    try Task.checkCancellation()
    try await context.log(String(outcome.text.suffix(Self.keptOutput)))
    guard outcome.isSuccess else {
      throw JobFailure(
        "lean",
        "lean backtest \(project) ended with \(outcome.end): \(outcome.lastLine)",
        retries: false
      )
    }
    try await context.progress(80, of: 100, "reading the results")
    let results = try await context.loop.offload { () throws -> [(BacktestRun, FilePath)] in
      let all = backtests.exists ? try backtests.entries() : []
      let new = all.filter { !before.contains($0) }
      return try new.sorted().map { name in
        let folder = backtests.appending(name)
        return (try LeanResultFolder(folder).read(), folder)
      }
    }
    guard !results.isEmpty else {
      throw JobFailure(
        "lean",
        "lean backtest \(project) wrote no result into \(project)/backtests",
        retries: false
      )
    }
    return try await store(results, project, commit)
  }

  private func store(
    _ results: [(run: BacktestRun, folder: FilePath)],
    _ project: String,
    _ commit: String?
  ) async throws -> JSONObject {
    let ids = try await context.withTransaction { connection in
      var ids: [String] = []
      for result in results {
        var run = result.run
        run[.project] = project
        _ = try await BacktestStore(connection).add(run, ingestionRun: nil)
        // A run with the same result file that is there already is found, and stays what it is.
        let known = try await connection.query(
          """
          UPDATE backtests.run_summary SET job_id = coalesce(job_id, $3::uuid),
            source_commit = coalesce(source_commit, $4), requested_by = coalesce(requested_by, $5)
          WHERE engine = 'lean' AND project = $1 AND result_sha256 = $2 RETURNING run_id
          """,
          [project, run[.resultSHA256], context.id, commit, context.createdBy]
        )
        if let id = known.string(0, 0) { ids.append(id) }
        if let path = run[.resultPath], let hash = run[.resultSHA256] {
          try await context.artifact(
            "lean-result",
            uri: path,
            checksum: hash,
            byteSize: 0,
            on: connection
          )
        }
      }
      return ids
    }
    return [
      "runs": .number(JSONNumber(ids.count)),
      "best_run_id": ids.first.map { .string($0) } ?? .null,
    ]
  }
}

/// A LEAN project: a folder right below the configured one.
enum LeanProject {
  /// Refuses names that could lead elsewhere or mean something to a shell.
  static func folder(
    _ name: String,
    _ settings: ProviderSettings
  ) throws(ProviderDefect) -> FilePath {
    guard let folder = settings.leanProjects else {
      throw ProviderDefect("APUS_LEAN_PROJECTS is not set: it names the folder of LEAN's projects")
    }
    let isName =
      !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".") && !name.hasPrefix("-")
      && name.utf8.allSatisfy { byte in
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
          || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
          || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " ")]
            .contains(byte)
      }
    guard isName, !name.contains("..") else {
      throw ProviderDefect(
        "'\(name)' is no name of a project: letters, digits, '_', '-', '.' and spaces"
      )
    }
    let project = folder.appending(name)
    guard project.isDirectory else {
      throw ProviderDefect("there is no LEAN project '\(name)' in the configured folder")
    }
    // A link may not lead out of the folder either.
    guard let real = try? project.resolved(), let root = try? folder.resolved(),
      real.parent == root
    else { throw ProviderDefect("the LEAN project '\(name)' is not in the configured folder") }
    return real
  }

  /// The revision of the project's source, where it is in a repository of git.
  static func commit(of folder: FilePath) -> String? {
    var process = ChildProcess("git", ["-C", folder.text, "rev-parse", "HEAD"])
    process.timeout = .seconds(5)
    guard let outcome = try? process.run(), outcome.isSuccess else { return nil }
    let text = outcome.text.filter { !$0.isWhitespace }
    return text.utf8.count >= 40 ? text : nil
  }
}
