import EventLoop
import Glibc
import HTTP
import JSON

/// Lists and runs the saved queries of a running server.
struct PresetCommand: Sendable {
  private let command: Command
  private let name: String
  private let options: OptionValues

  init(_ invocation: Invocation, _ command: Command) {
    self.command = command
    name = invocation.operand ?? ""
    options = invocation.options
  }

  /// Does it; returns the exit status.
  func run() -> Int32 {
    EventLoopGroup.blocking(count: 1) { group in
      let client = PresetClient(options, on: group.loops[0])
      do {
        if command == .presetList {
          try await list(client)
        } else {
          try await run(client, on: group.loops[0])
        }
        await client.close()
        return 0
      } catch {
        await client.close()
        Terminal.printError("apus: \(ErrorText.text(of: error))")
        return 1
      }
    }
  }

  private func list(_ client: PresetClient) async throws {
    let queries = try await client.list()
    let rows = queries.map { query -> JSONValue in
      [
        "name": query["name"] ?? .null, "description": query["description"] ?? .null,
        "variables": .string(
          (query["variables"]?.array ?? []).map(Self.variable).joined(separator: ", ")
        ),
      ]
    }
    Terminal.print(text(of: ["queries": .array(rows)]))
  }

  /// `limit: Int = 20`.
  private static func variable(_ variable: JSONValue) -> String {
    let name = variable["name"]?.string ?? ""
    let type = variable["type"]?.string ?? ""
    return "\(name): \(type)" + (variable["default"].map { " = \($0.text)" } ?? "")
  }

  private func run(_ client: PresetClient, on loop: EventLoop) async throws {
    let variables = try await client.variables(options.list(.presetVariable), of: name)
    guard options.flag(.watch) else {
      return Terminal.print(text(of: try await client.run(name, variables)))
    }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    while true {
      let text = text(of: try await client.run(name, variables))
      // Home, and clear from there: without flicker what stood there is written over.
      Terminal.print(isTerminal ? "\u{1B}[H\u{1B}[2J\(text)" : text)
      try await loop.sleep(for: .seconds(options.number(.watchInterval) ?? 2))
    }
  }

  private func text(of data: JSONValue) -> String {
    switch options.text(.format) {
    case "json": data.text
    case "csv": ResultTable.all(in: data).map(\.csv).joined(separator: "\r\n")
    default: ResultTable.all(in: data).map(\.text).joined(separator: "\n")
    }
  }
}
