import Catalog
import Foundation
import Metadata
import TestSupport
import Testing

/// The project's own metadata folder, against its own migrations.
///
/// `UPDATE_GOLDEN=1` adds to the folder what it lacks.
@Suite(.serialized) struct ProjectMetadataTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = root.appending(path: "metadata")

  private let catalog: Catalog

  init() throws {
    let cluster = try TestCluster.shared()
    let template = try cluster.makeTemplate("migrations", Self.migrations())
    let database = try cluster.makeDatabase(template: template)
    catalog = try database.catalog()
  }

  private static func migrations() throws -> String {
    let folder = root.appending(path: "Migrations")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".up.sql") }
      .sorted()
      .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
      .joined(separator: "\n;\n")
  }

  private static func read() throws -> Metadata {
    try MetadataFolder.read { path throws(MetadataFolderError) in
      let file = folder.appending(path: path)
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      do {
        return Array(try Data(contentsOf: file))
      } catch {
        throw MetadataFolderError(path, "\(error)")
      }
    }
  }

  /// The tables of rows that `rollback_dataset` can take back are not served.
  private static let unserved = ["ohlcv_kept", "observations_kept"]

  private func completed(_ metadata: Metadata) -> Metadata {
    let catalog = Catalog(
      tables: catalog.tables.filter { !Self.unserved.contains($0.name.name) },
      types: catalog.types,
      functions: catalog.functions
    )
    var metadata = metadata
    for index in metadata.sources.indices {
      metadata.sources[index] = metadata.sources[index].completed(from: catalog)
    }
    return metadata
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil))
  func addsWhatIsMissing() throws {
    for file in MetadataFolder.files(of: completed(try Self.read())) {
      let url = Self.folder.appending(path: file.path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(file.contents).write(to: url)
    }
  }

  @Test func holdsInTheMigratedDatabase() throws {
    let metadata = try Self.read()
    #expect(metadata.sources.map(\.name) == ["default"])
    let consistency = Consistency(
      of: metadata,
      in: DatabaseContext(catalogs: ["default": catalog])
    )
    #expect(consistency.inconsistencies.map(\.message) == [])
  }

  @Test func tracksEveryTableAndFollowsEveryForeignKeyBothWays() throws {
    let metadata = try Self.read()
    #expect(completed(metadata) == metadata)
  }

  @Test func hasNothingButWhatAnExportWrites() throws {
    let expected = MetadataFolder.files(of: try Self.read())
    for file in expected {
      let contents = try Data(contentsOf: Self.folder.appending(path: file.path))
      #expect(
        String(decoding: contents, as: UTF8.self) == String(decoding: file.contents, as: UTF8.self)
      )
    }
    let entries = FileManager.default.enumerator(atPath: Self.folder.path)?.allObjects ?? []
    let files = entries.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }
    #expect(files.sorted() == expected.map(\.path).sorted())
  }

  @Test func leadsFromARunToItsEquityCurve() throws {
    let source = try #require(try Self.read().source(named: "default"))
    let name = TableName(schema: "backtests", name: "run_summary")
    let table = try #require(catalog.table(name))
    let relationship = try #require(
      source.table(name)?.arrayRelationships.first { $0.name == "equity_points" }
    )
    let resolved = try relationship.using.resolved(from: table, in: catalog).get()
    #expect(resolved.table == TableName(schema: "backtests", name: "equity_points"))
    #expect(
      resolved.columnMapping == [Relationship.ColumnPair(local: "run_id", remote: "run_id")]
    )
  }
}
