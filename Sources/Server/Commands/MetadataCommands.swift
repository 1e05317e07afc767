import Engine
import JSON
import Metadata

/// The metadata commands of the command line, by way of the metadata API.
struct MetadataCommands: Sendable {
  let engine: Engine

  func export() async throws -> Metadata {
    try Metadata(decoding: try await run(["type": "export_metadata", "args": [:]]))
  }

  /// Whether nothing is tracked and nothing else is defined.
  func isEmpty() async throws -> Bool {
    let metadata = try await run(["type": "export_metadata", "args": [:]])
    let known: Set<String> = ["version", "sources"]
    guard metadata.object?.keys.allSatisfy(known.contains) ?? true else { return false }
    guard let sources = metadata["sources"]?.array else { return true }
    return sources.allSatisfy { source in
      source["tables"]?.array?.isEmpty ?? true && source["functions"]?.array?.isEmpty ?? true
    }
  }

  func replace(by metadata: Metadata) async throws {
    let arguments: JSONValue = [
      "allow_inconsistent_metadata": false, "metadata": metadata.encoded(),
    ]
    _ = try await run(["type": "replace_metadata", "version": 2, "args": arguments])
  }

  func clear() async throws {
    _ = try await run(["type": "clear_metadata", "args": [:]])
  }

  private func run(_ call: JSONValue) async throws -> JSONValue {
    let answer = await engine.metadata(call)
    let value = try JSONValue(parsing: answer.body.span)
    guard answer.status == 200 else {
      let message = value["error"]?.string ?? "the metadata command failed"
      let path = value["path"]?.string ?? "$"
      let details = value["internal"].map { ": \($0.text)" } ?? ""
      throw CommandFailure("\(message) (at \(path))\(details)")
    }
    return value
  }
}
