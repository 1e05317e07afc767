import EventLoop
import PostgresClient
import Resolvers
import TestSupport

/// The repository that these tests belong to.
enum Repository {
  /// This file is <root>/Tests/ResolversTests/Repository.swift.
  static let root = FilePath(
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  )

  static let sampleData = root.appending("SampleData")
}

/// Lends a database with the platform's schemas, and a pool to it.
func withPlatform(_ body: (TestDatabase, PostgresPool) async throws -> Void) async throws {
  let folder = Repository.root.appending("Migrations")
  let files = try folder.entries().filter { $0.hasSuffix(".up.sql") }
  let sql = try files.map { String(decoding: try folder.appending($0).contents(), as: UTF8.self) }
  let cluster = try TestCluster.shared()
  let template = try cluster.makeTemplate("platform", sql.joined(separator: "\n"))
  let database = try cluster.makeDatabase(template: template)
  let loop = EventLoop.start()
  let pool = PostgresPool(try PostgresConfiguration(url: database.url), on: loop)
  let result: Result<Void, any Error>
  do {
    result = .success(try await body(database, pool))
  } catch {
    result = .failure(error)
  }
  await pool.close()
  await loop.shutDown()
  try result.get()
}
