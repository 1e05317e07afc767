import Glibc
import JSON
import TestSupport
import Testing

/// Runs the suite of conformance cases that lies beside the repository through the tool.
struct ConformanceTests {
  /// How many cases of a kind pass.
  private struct Score: Equatable {
    var located: Int
    var exact: Int
  }

  private static let noted = "Golden/graphql-conformance.json"

  @Test(
    .enabled(if: SharedFolder.has("conformance/graphql/check.py"), "the suite is absent"),
    .enabled(if: system("command -v python3 >/dev/null") == 0, "there is no python3")
  )
  func passesWhatItHasPassedBefore() throws {
    let script = try #require(SharedFolder.path("conformance/graphql/check.py"))
    let tool = try #require(Self.tool)
    let result = "\(tool).scores.\(getpid()).json"
    defer { unlink(result) }
    let command =
      "python3 '\(script)' --tool '\(tool)' --level exact --failures 5 --json '\(result)'"
    let stream = try #require(popen(command, "r"))
    var output = ""
    while let line = readLine(from: stream) { output += line }
    pclose(stream)

    let scores = try scores(try #require(read(result)))
    let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let path = "\(folder)/\(Self.noted)"
    if getenv("UPDATE_GOLDEN") != nil { try write(scores, to: path) }
    let before = try self.scores(try #require(read(path)))
    #expect(scores.keys.sorted() == before.keys.sorted())
    for (kind, score) in before {
      let now = try #require(scores[kind])
      #expect(now.located >= score.located, "\(kind) has fallen:\n\(output)")
      #expect(now.exact >= score.exact, "\(kind) has fallen:\n\(output)")
      #expect(
        now == score || now.exact < score.exact || now.located < score.located,
        "\(kind) has risen: note it with UPDATE_GOLDEN=1"
      )
    }
  }

  /// The tool is built beside the tests.
  private static var tool: String? {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") || $0.contains(".xctest/") }
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder =
      bundle.map { path in
        "/"
          + path.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }.joined(separator: "/")
      } ?? "/\(root)/.build/debug"
    let path = "\(folder)/graphql-conformance"
    return access(path, X_OK) == 0 ? path : nil
  }

  private func scores(_ bytes: [UInt8]) throws -> [String: Score] {
    let json = try JSONValue(parsing: bytes.span)
    let kinds = try #require((json["kinds"] ?? json).object)
    var scores: [String: Score] = [:]
    for member in kinds.members where member.key != "all" {
      scores[member.key] = Score(
        located: try #require(member.value["located"]?.int),
        exact: try #require(member.value["exact"]?.int)
      )
    }
    return scores
  }

  private func write(_ scores: [String: Score], to path: String) throws {
    let lines = scores.sorted { $0.key < $1.key }
      .map { kind, score in
        "  \"\(kind)\": { \"located\": \(score.located), \"exact\": \(score.exact) }"
      }
    let file = try #require(fopen(path, "w"))
    fputs("{\n\(lines.joined(separator: ",\n"))\n}\n", file)
    fclose(file)
  }

  private func read(_ path: String) -> [UInt8]? {
    guard let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var text = ""
    while let line = readLine(from: stream) { text += line }
    return Array(text.utf8)
  }

  private func readLine(from stream: UnsafeMutablePointer<FILE>) -> String? {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, stream) >= 0, let line else { return nil }
    return String(cString: line)
  }
}
