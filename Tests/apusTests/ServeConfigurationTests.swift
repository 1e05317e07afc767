import Engine
import HTTP
import PostgresClient
import Resolvers
import Testing

@testable import apus

struct ServeConfigurationTests {
  private func configuration(_ arguments: String...) throws -> ServeConfiguration {
    let invocation = try Invocation(arguments: ["serve"] + arguments, environment: [:])
    return try ServeConfiguration(invocation.options)
  }

  @Test(arguments: ["0.0.0.0", "*", "192.168.0.1", "::", "example.com", "127.evil.com", "127.0.0"])
  func refusesAnOpenAddressWithoutASecret(host: String) throws {
    #expect(
      throws: UsageError(
        "--server-host \(host) is open to others, so it needs an admin secret "
          + "(HASURA_GRAPHQL_ADMIN_SECRET), or --insecure"
      )
    ) { try configuration("--server-host", host) }
    #expect(try configuration("--server-host", host, "--insecure").http.host == host)
    #expect(try configuration("--server-host", host, "--admin-secret", "s").http.host == host)
  }

  @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
  func takesALoopbackAddress(host: String) throws {
    #expect(try configuration("--server-host", host).http.host == host)
  }

  @Test func migratesTheDatabaseOfItsOwnOnly() throws {
    #expect(try configuration().migrates)
    #expect(try !configuration("--database-url", "postgres://h/d").migrates)
    #expect(try configuration("--database-url", "postgres://h/d", "--migrate").migrates)
  }

  @Test func keepsTheMetadataWhereTheyAreSaidToBe() throws {
    let (served, metadata) = ("postgres://h/d", "postgres://h/m")
    let both = try configuration("--database-url", served, "--metadata-database-url", metadata)
    #expect(both.database == .url(served))
    #expect(both.metadataURL == metadata)
    #expect(!both.needsDatabase)
    #expect(try both.engine(url: served, feeds: FeedHub()).metadataDatabase != nil)
    // The same place is one database, however it is written.
    let one = try configuration(
      "--database-url",
      served,
      "--metadata-database-url",
      "host=h dbname=d"
    )
    #expect(one.metadataURL == nil)
    #expect(one.needsDatabase)
    let alone = try configuration("--metadata-database-url", metadata)
    #expect(alone.database == .metadata(metadata))
    #expect(!alone.migrates)
    #expect(try alone.engine(url: metadata, feeds: FeedHub()).sourceConfiguration == nil)
    #expect(throws: UsageError.self) {
      try configuration("--metadata-database-url", metadata, "--migrate")
    }
  }

  @Test func sharesTheConnectionsOutAmongTheLoops() throws {
    let pool = try configuration("--connections", "24", "--threads", "2").pool(
      url: "postgres://h/d"
    )
    #expect(pool.maximumReadConnections == 6)
    #expect(pool.maximumQuickConnections == 2)
    #expect(pool.maximumWriteConnections == 4)
    let least = try configuration("--connections", "1", "--threads", "8").pool(
      url: "postgres://h/d"
    )
    #expect(least.maximumReadConnections == 1)
    #expect(least.maximumQuickConnections == 0)
    #expect(least.maximumWriteConnections == 1)
  }

  @Test func givesTheLargeLimitToTheAdminOnly() throws {
    let http = try configuration(
      "--admin-secret",
      "s",
      "--max-request-bytes",
      "10",
      "--max-admin-request-bytes",
      "20"
    ).http
    func limit(_ path: String, _ secret: String) -> Int? {
      http.bodyLimit?(
        HTTPRequest(
          method: .post,
          path: path,
          headers: HTTPHeaders([(name: "x-hasura-admin-secret", value: secret)])
        )
      )
    }
    #expect(limit("/v1/metadata", "s") == 20)
    #expect(limit("/v2/query", "s") == 20)
    #expect(limit("/v1/metadata", "x") == 10)
    #expect(limit("/v1/graphql", "s") == 10)
    #expect(limit("/nowhere", "s") == 10)
  }

  @Test func answersRefusalsAsHasuraAnswersErrors() throws {
    let response = try configuration().http.refusalResponse(HTTPRefusal(.bodyTooLarge))
    #expect(response.status == 413)
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == #"{"error":"the request's body is too large","path":"$","code":"bad-request"}"#
    )
  }
}
