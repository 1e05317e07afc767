import Engine
import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

/// An engine over a database of the suite's own.
final class EngineHarness: Sendable {
  let database: TestDatabase
  let engine: Engine
  let loops: EventLoopGroup

  /// `sql` makes the tables, `metadata` says what is tracked of them; without it the engine finds none.
  convenience init(
    sql: String,
    metadata: JSONValue? = nil,
    loops count: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws {
    let database = try TestCluster.shared().makeDatabase()
    try database.execute(sql)
    if let metadata { try Self.store(metadata, in: database) }
    try await self.init(database, loops: count, configure)
  }

  /// One more engine over a database that has one.
  init(
    _ database: TestDatabase,
    loops count: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws {
    self.database = database
    var configuration = EngineConfiguration(
      database: try PostgresConfiguration(url: database.url)
    )
    configuration.schemaSyncInterval = nil
    // Suites run side by side: a machine that is busy with them is no outage.
    configuration.database.waitTimeout = .seconds(60)
    configuration.database.connectTimeout = .seconds(60)
    configure(&configuration)
    loops = EventLoopGroup(count: count)
    engine = Engine(configuration, on: loops.loops)
    try await engine.start()
  }

  static func store(_ metadata: JSONValue, in database: TestDatabase) throws {
    try database.execute(
      """
      create schema hdb_catalog;
      create table hdb_catalog.hdb_metadata (
        id integer primary key, metadata json not null,
        resource_version integer not null default 1 unique);
      insert into hdb_catalog.hdb_metadata values (1, $json$\(metadata.text)$json$, 1);
      """
    )
  }

  /// Ends what the harness started; to be awaited at the end of each test.
  func stop() async {
    await engine.stop()
    await loops.shutDown()
  }

  /// The body that answers a request, of an administrator unless another session is given.
  func answer(
    _ query: String,
    _ variables: JSONObject = JSONObject(),
    as session: Session = Session(role: Session.adminRole)
  ) async -> String {
    let request = GraphQLRequest(query: Array(query.utf8), variables: variables)
    let answer = await engine.graphql(request, session, on: loops.loops[0])
    return String(decoding: answer.body, as: UTF8.self)
  }

  /// The same where lists of objects among the variables are left in their text, as in long bodies.
  func answer(
    _ query: String,
    leavingRowsOf variables: JSONObject,
    as session: Session = Session(role: Session.adminRole)
  ) async throws -> String {
    let text = JSONValue.object(["variables": .object(variables)]).serialized
    let body = try #require(try JSONObjectWithRows(parsing: text, rowsIn: "variables"))
    let request = GraphQLRequest(
      query: Array(query.utf8),
      variables: body.object["variables"]?.object ?? JSONObject(),
      rows: body.rows
    )
    #expect(!body.rows.isEmpty)
    let answer = await engine.graphql(request, session, on: loops.loops[0])
    return String(decoding: answer.body, as: UTF8.self)
  }

  /// The status and body that answer a command of the metadata API.
  func metadata(_ call: JSONValue) async throws -> (Int, JSONValue) {
    let answer = await engine.metadata(call)
    return (answer.status, try JSONValue(parsing: answer.body.span))
  }

  /// The status and body that answer a command of the query API.
  func query(
    _ call: JSONValue,
    as session: Session = Session(role: Session.adminRole)
  ) async throws -> (Int, JSONValue) {
    let answer = await engine.query(call, session)
    return (answer.status, try JSONValue(parsing: answer.body.span))
  }

  /// A document that tracks tables of the source `default`.
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
