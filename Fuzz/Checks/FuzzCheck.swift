/// What can be fuzzed: `./fuzz http 60` runs the case `http` for a minute.
///
/// A check gets any bytes and traps when a rule is broken. Tests run it on the files of
/// `Fuzz/Corpus/<case>`, so that what was found once is never lost again.
package enum FuzzCheck: String, CaseIterable, Sendable {
  case http
  /// The parser and the printer of GraphQL, for all kinds of documents.
  case document
  /// The rules of executable documents, over a schema of the check's own.
  case validation
  /// From a type system document to a schema, its rules, and back to text.
  case schema
  case coordinate
  case json
  /// The paths into json columns.
  case jsonpath
  /// Tokens, and what configures how they are checked.
  case jwt
  /// Frames of a websocket's client.
  case websocket
  /// Files of market data, and what is made of them.
  case dbn
  /// What PostgreSQL tells of changes.
  case replication
  /// Files with bars, and schedules.
  case bars
  /// Templates for webhooks.
  case kriti
  /// The statements of a text of SQL.
  case sql

  package func run(_ bytes: [UInt8]) {
    switch self {
    case .http: HTTPRequestCheck.run(bytes)
    case .document: DocumentCheck.run(bytes)
    case .validation: ValidationCheck.run(bytes)
    case .schema: SchemaCheck.run(bytes)
    case .coordinate: CoordinateCheck.run(bytes)
    case .json: JSONCheck.run(bytes)
    case .jsonpath: JSONPathCheck.run(bytes)
    case .jwt: JWTCheck.run(bytes)
    case .websocket: WebSocketCheck.run(bytes)
    case .dbn: DBNCheck.run(bytes)
    case .replication: ReplicationCheck.run(bytes)
    case .bars: BarFilesCheck.run(bytes)
    case .kriti: KritiCheck.run(bytes)
    case .sql: SQLStatementsCheck.run(bytes)
    }
  }
}
