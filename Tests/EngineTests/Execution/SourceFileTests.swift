import EventLoop
import Foundation
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

/// Sources whose URL stands in a file, which may say another at any time.
@Suite(.timeLimit(.minutes(2))) struct SourceFileTests {
  private let folder =
    FileManager.default.temporaryDirectory.path + "/apus-secrets-"
    + UUID().uuidString

  private func database(_ name: String) throws -> TestDatabase {
    let database = try TestCluster.shared().makeDatabase()
    try database.execute(
      "create table desks (id integer primary key, name text); insert into desks values (1, '\(name)')"
    )
    return database
  }

  private func write(_ text: String, to file: String = "url") throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
  }

  private static func add(_ url: JSONValue) -> JSONValue {
    [
      "type": "pg_add_source",
      "args": [
        "name": "b", "configuration": ["connection_info": ["database_url": url]],
      ],
    ]
  }

  @Test func readsTheFileForEachConnection() async throws {
    let (first, second) = (try database("first"), try database("second"))
    try write(first.url + "\n")
    let harness = try await EngineHarness(sql: "") { $0.secretPathPrefix = folder + "/" }
    let calls = [
      Self.add(["dynamic_from_file": .string("\(folder)/url")]),
      ["type": "pg_track_table", "args": ["source": "b", "table": "desks"]],
    ]
    for call in calls {
      let (status, answer) = try await harness.metadata(call)
      #expect(status == 200, "\(answer.text)")
    }
    #expect(await harness.answer("{ desks { name } }") == #"{"data":{"desks":[{"name":"first"}]}}"#)
    // The document names the file and not what it says.
    let (_, document) = try await harness.metadata(["type": "export_metadata", "args": [:]])
    #expect(document.text.contains("\(folder)/url"))
    #expect(!document.text.contains(first.url))
    try write(second.url)
    try second.execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = '\(first.name)'"
    )
    let expected = #"{"data":{"desks":[{"name":"second"}]}}"#
    while await harness.answer("{ desks { name } }") != expected {
      try await harness.loops.loops[0].sleep(for: .milliseconds(10))
    }
    await harness.stop()
    try FileManager.default.removeItem(atPath: folder)
  }

  /// A URL of the environment may lead to a file too, as with Hasura.
  @Test func readsTheFileThatAURLNames() async throws {
    try write(try database("first").url)
    let harness = try await EngineHarness(sql: "") {
      $0.secretPathPrefix = folder
      $0.environment = ["B_URL": "dynamic-from-file://\(folder)/url"]
    }
    let (status, answer) = try await harness.metadata(Self.add(["from_env": "B_URL"]))
    #expect(status == 200, "\(answer.text)")
    await harness.stop()
    try FileManager.default.removeItem(atPath: folder)
  }

  /// The operator may say so of the served database, and of that with the metadata.
  @Test func readsTheFilesOfTheServersOwnDatabases() async throws {
    let (served, metadata) = (try database("first"), try database("metadata"))
    try write(served.url)
    try write(metadata.url, to: "metadata-url")
    let harness = try await EngineHarness(served) {
      $0.database.target = ConnectionString(inFile: "\(folder)/url")
      $0.metadataDatabase = try? PostgresConfiguration(
        url: "dynamic-from-file://\(folder)/metadata-url"
      )
      $0.environment = ["HASURA_GRAPHQL_DATABASE_URL": "dynamic-from-file://\(folder)/url"]
    }
    let track: JSONValue = ["type": "pg_track_table", "args": ["table": "desks"]]
    #expect(try await harness.metadata(track) == (200, ["message": "success"]))
    #expect(await harness.answer("{ desks { name } }") == #"{"data":{"desks":[{"name":"first"}]}}"#)
    await harness.stop()
    let versions = "select resource_version from hdb_catalog.hdb_metadata"
    #expect(try metadata.execute(versions) == [["2"]])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func refusesOtherFilesAndNeverTellsWhatIsInOne() async throws {
    try write("postgresql://u:secret@h/db?nonsense=1")
    try write("", to: "empty")
    let prefix = "HASURA_GRAPHQL_DYNAMIC_SECRETS_ALLOWED_PATH_PREFIX"
    let closed = try await EngineHarness(sql: "")
    let harness = try await EngineHarness(sql: "") { $0.secretPathPrefix = folder + "/" }
    func reason(_ path: String, _ harness: EngineHarness) async throws -> String {
      let (status, answer) = try await harness.metadata(
        Self.add(["dynamic_from_file": .string(path)])
      )
      #expect(status == 400)
      #expect(!answer.text.contains("secret@"))
      return answer["internal"]?.array?.first?["reason"]?.string ?? answer.text
    }
    let start = "Inconsistent object: "
    #expect(
      try await reason("\(folder)/url", closed) == start
        + "'dynamic_from_file' is not allowed: \(prefix) says of no files that they may be read"
    )
    for path in ["/etc/passwd", "\(folder)/../x", folder] {
      #expect(
        try await reason(path, harness) == start
          + "'dynamic_from_file' is not allowed for \"\(path)\": a path has to begin as \(prefix) "
          + "says, and to have no '..'"
      )
    }
    #expect(
      try await reason("\(folder)/url", harness).contains(
        "the file \"\(folder)/url\" does not hold a database URL that libpq can read"
      )
    )
    for (file, what) in [
      ("none", "No such file or directory"), ("empty", "it is empty"),
      ("", "it is no regular file"),
    ] {
      #expect(
        try await reason("\(folder)/\(file)", harness).contains(
          "the file \"\(folder)/\(file)\" that says where the database is cannot be read: \(what)"
        )
      )
    }
    await closed.stop()
    await harness.stop()
    try FileManager.default.removeItem(atPath: folder)
  }
}
