import JSON

/// A folder as `lean backtest` writes it: `<project>/backtests/<time>/`.
package struct LeanResultFolder: Sendable {
  package let path: FilePath
  /// The folder above `backtests`.
  package let project: String
  /// The result file.
  package let file: FilePath

  private let name: String
  private let backtestName: String?

  /// Finds the result: the file that `config` names, else the only one whose name is a number, else
  /// the only other JSON file, else a summary.
  package init(_ path: FilePath) throws {
    self.path = path
    let isBelowBacktests = path.parent.lastComponent == "backtests"
    project = (isBelowBacktests ? path.parent.parent : path).lastComponent
    let entries = try path.entries()
    var config = JSONObject()
    if entries.contains("config") {
      config = try Self.json(path.appending("config").contents()).object ?? config
    }
    backtestName = config["backtest-name"]?.string
    let results = Self.results(entries)
    let identifier = config["id"]?.number?.text ?? config["id"]?.string
    if let identifier, results.contains(identifier) {
      name = identifier
    } else {
      let numbered = results.filter { $0.allSatisfy(\.isNumber) }
      let candidates = numbered.isEmpty ? results : numbered
      guard let first = candidates.first, candidates.count == 1 else {
        throw LeanResult.Failure(
          candidates.isEmpty
            ? "there is no LEAN result in \(path)"
            : "there are several LEAN results in \(path): \(candidates.joined(separator: ", "))"
        )
      }
      name = first
    }
    let whole = path.appending("\(name).json")
    file = whole.exists ? whole : path.appending("\(name)-summary.json")
  }

  /// Names of results, without `.json` and without what LEAN writes beside one.
  private static func results(_ entries: [String]) -> [String] {
    let names = entries.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    let whole = names.filter { name in
      !name.hasSuffix("-summary") && !name.hasSuffix("-order-events")
        && !name.hasPrefix("data-monitor-report-")
    }
    guard whole.isEmpty else { return whole }
    return names.filter { $0.hasSuffix("-summary") }.map { String($0.dropLast(8)) }
  }

  /// Reads the result and what stands beside it.
  package func read() throws -> BacktestRun {
    let bytes = try file.contents()
    let events = path.appending("\(name)-order-events.json")
    let orderEvents = events.exists ? try Self.json(events.contents()) : nil
    var run = try LeanResult(try Self.json(bytes), orderEvents: orderEvents).run
    run[.project] = project
    run[.sourcePath] = path.text
    run[.resultPath] = file.text
    run[.resultSHA256] = SHA256Digest(of: bytes).description
    run.set(.externalID, run[.externalID] ?? name)
    run.set(.backtestName, run[.backtestName] ?? backtestName)
    run.set(.engineVersion, try engineVersion())
    return run
  }

  private static func json(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    // .NET writes the mark of UTF-8 before some files.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    return try JSONValue(parsing: text.span)
  }

  /// From the line of the log that greets: `… LEAN ALGORITHMIC TRADING ENGINE v2.5.0.0`.
  private func engineVersion() throws -> String? {
    let log = path.appending("log.txt")
    guard log.exists else { return nil }
    let mark = "LEAN ALGORITHMIC TRADING ENGINE v"
    let text = String(decoding: try log.contents(), as: UTF8.self)
    guard let greeting = text.firstRange(of: mark) else { return nil }
    return String(text[greeting.upperBound...].prefix { $0.isNumber || $0 == "." })
  }
}
