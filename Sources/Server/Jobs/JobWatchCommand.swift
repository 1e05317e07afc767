import EventLoop
import Glibc
import HTTP
import JSON

/// `apus job watch ID`: follows a job of a running server, with a bar in a terminal.
struct JobWatchCommand: Sendable {
  private let id: String
  private let options: OptionValues

  init(_ invocation: Invocation) {
    id = invocation.operand ?? ""
    options = invocation.options
  }

  /// Follows it to its end; the exit status is 0 where the job was completed.
  func run() -> Int32 {
    guard options.text(.format) != "csv" else {
      Terminal.printError("apus: job watch prints lines of text or json, and no csv")
      return UsageError.exitStatus
    }
    return EventLoopGroup.blocking(count: 1) { group in
      let client = PresetClient(options, on: group.loops[0])
      do {
        let isCompleted = try await follow(client, on: group.loops[0])
        await client.close()
        return isCompleted ? 0 : 1
      } catch {
        await client.close()
        Terminal.printError("apus: \(ErrorText.text(of: error))")
        return 1
      }
    }
  }

  private func follow(_ client: PresetClient, on loop: EventLoop) async throws -> Bool {
    let isJSON = options.text(.format) == "json"
    let isTerminal = isatty(STDOUT_FILENO) == 1 && !isJSON
    var lastLine = ""
    while true {
      let data = try await client.ask(Self.query, ["id": .string(id)])
      guard let job = data["job"]?.object else {
        throw CommandFailure("there is no job \(id), or you may not see it")
      }
      let status = job["status"]?.string ?? ""
      let line =
        isJSON
        ? JSONValue.object(job).text : ProgressLine(job).text(width: isTerminal ? 30 : 0)
      let isOver = !["pending", "running"].contains(status)
      if isTerminal {
        // Back to the start of the line, which is written over.
        Terminal.printPart("\r\u{1B}[K\(line)\(isOver ? "\n" : "")")
      } else if line != lastLine {
        Terminal.print(line)
      }
      lastLine = line
      if isOver {
        if let message = job["error_message"]?.string { Terminal.printError(message) }
        return status == "completed"
      }
      try await loop.sleep(for: .milliseconds(500))
    }
  }

  private static let query = """
    query ($id: uuid!) { job(id: $id) {
      status kind spec_ref progress attempts max_attempts error_message } }
    """
}

/// One line on where a job is.
struct ProgressLine {
  private let status: String
  private let name: String
  private let percent: Int?
  private let message: String

  init(_ job: JSONObject) {
    status = job["status"]?.string ?? ""
    name = "\(job["kind"]?.string ?? "") \(job["spec_ref"]?.string ?? "")"
    let progress = job["progress"]
    percent = status == "completed" ? 100 : progress?["pct"]?.int
    let attempt = job["attempts"]?.int ?? 0
    let step = progress?["message"]?.string ?? ""
    message = attempt > 1 ? "\(step) (attempt \(attempt))" : step
  }

  /// `backtest sma_cross [#####-----]  50 % running: run 200 of 400`, without a bar for a width of 0.
  func text(width: Int) -> String {
    var parts = [name]
    if let percent {
      let filled = width * min(max(percent, 0), 100) / 100
      if width > 0 {
        parts.append(
          "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled) + "]"
        )
      }
      let digits = String(percent)
      parts.append(String(repeating: " ", count: max(3 - digits.count, 0)) + digits + " %")
    }
    parts.append(message.isEmpty || status != "running" ? status : "\(status): \(message)")
    return parts.joined(separator: " ")
  }
}
