import Engine
import EventLoop
import JSON
import PostgresClient
import TestSupport

/// An engine over a database of the suite's own.
final class EngineHarness: Sendable {
  let database: TestDatabase
  let engine: Engine
  let loops: EventLoopGroup

  /// `sql` makes the tables, `metadata` says what is tracked of them.
  init(
    sql: String,
    metadata: JSONValue,
    loops count: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws {
    database = try TestCluster.shared().makeDatabase()
    try database.execute(sql)
    try database.execute(
      """
      create schema hdb_catalog;
      create table hdb_catalog.hdb_metadata (
        id integer primary key, metadata json not null,
        resource_version integer not null default 1 unique);
      insert into hdb_catalog.hdb_metadata values (1, $json$\(metadata.text)$json$, 1);
      """
    )
    var configuration = EngineConfiguration(
      database: try PostgresConfiguration(url: database.url)
    )
    configuration.schemaSyncInterval = nil
    configure(&configuration)
    loops = EventLoopGroup(count: count)
    engine = Engine(configuration, on: loops.loops)
    try await engine.start()
  }

  /// Ends what the harness started; to be awaited at the end of each test.
  func stop() async {
    await engine.stop()
    await loops.shutDown()
  }

  /// The body that answers a request of an administrator.
  func answer(_ query: String, _ variables: JSONObject = JSONObject()) async -> String {
    let request = GraphQLRequest(query: Array(query.utf8), variables: variables)
    let session = Session(role: Session.adminRole)
    let answer = await engine.graphql(request, session, on: loops.loops[0])
    return String(decoding: answer.body, as: UTF8.self)
  }

  /// The answer to a request, whose text has to be equal to what is expected.
  static func metadata(_ tables: [JSONValue]) -> JSONValue {
    [
      "version": 3,
      "sources": [
        [
          "name": "default", "kind": "postgres", "tables": .array(tables),
          "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
        ]
      ],
    ]
  }
}
