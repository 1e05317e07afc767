import Metadata
import PostgresClient

/// Says which database each source of the metadata is of.
struct SourceResolver: Sendable {
  /// The served database, as a loop reaches it.
  let main: PostgresConfiguration
  /// Whether it was named to be served, and is not only where the metadata stand.
  let servesMain: Bool
  let environment: [String: String]
  /// What the paths of files begin with that say where databases are; nil where none may.
  let secretPathPrefix: String?
  let databases: SourceDatabases
  /// How many loops share the connections of a source.
  let loops: Int

  /// Seconds, as good as for ever.
  private static let longest = 31_536_000

  /// Why the database of a source cannot be told.
  struct Failure: Error {
    let message: String
  }

  func database(of source: Source) throws(Failure) -> DatabaseID {
    guard let connection = source.connection else {
      // Documents of old versions say nothing of the default source.
      if source.name == "default", servesMain { return .main }
      throw Failure(
        message: "the configuration of the source does not say where its database is, or has a "
          + "member of a kind that it cannot be"
      )
    }
    // The server may have been told of its database otherwise than by the variable.
    if servesMain, case .variable(let name) = connection.address, environment[name] == nil,
      source.name == "default" || name == "HASURA_GRAPHQL_DATABASE_URL"
    {
      return .main
    }
    var configuration = main
    configuration.target = try target(connection.address)
    if let isolation = connection.isolation {
      configuration.writeIsolation = PostgresConfiguration.Isolation(isolation)
    }
    // The pool of the served database is the operator's to size.
    if configuration == main { return .main }
    if let total = connection.maximumConnections { configuration.share(total / max(loops, 1)) }
    if let timeout = connection.poolTimeout, timeout > 0 {
      configuration.waitTimeout = .seconds(timeout)
    }
    if let timeout = connection.idleTimeout, timeout > 0 {
      configuration.idleTimeout = .seconds(min(timeout, Self.longest))
    }
    if let lifetime = connection.connectionLifetime, lifetime >= 0 {
      configuration.lifetime = .seconds(min(lifetime, Self.longest))
    }
    return databases.open(configuration)
  }

  private func target(_ address: SourceConnection.Address) throws(Failure) -> ConnectionString {
    do {
      switch address {
      case .url(let url): return try target(url)
      case .variable(let name):
        if let url = environment[name] { return try target(url) }
        throw Failure(message: "environment variable '\(name)' not set")
      case .file(let path): return try target(inFile: path)
      case .parameters(let parameters):
        var target = try ConnectionString("")
        for parameter in parameters { target[parameter.keyword] = parameter.value }
        return target
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(message: "connection error: the database URL is not one that libpq can read")
    }
  }
}

extension SourceResolver {
  private static let prefixVariable = "HASURA_GRAPHQL_DYNAMIC_SECRETS_ALLOWED_PATH_PREFIX"

  /// A URL may name a file as well, as Hasura's own does.
  private func target(_ url: String) throws -> ConnectionString {
    let target = try ConnectionString(naming: url)
    return try target.file.map { try self.target(inFile: $0) } ?? target
  }

  /// Whoever writes the metadata may have files read that the operator has named, and no others.
  private func target(inFile path: String) throws(Failure) -> ConnectionString {
    // The operator has named this one.
    if path == main.target.file { return main.target }
    guard let secretPathPrefix, !secretPathPrefix.isEmpty else {
      throw Failure(
        message: "'dynamic_from_file' is not allowed: \(Self.prefixVariable) says of no files that "
          + "they may be read"
      )
    }
    guard path.hasPrefix(secretPathPrefix), !path.utf8.contains(0),
      !path.split(separator: "/").contains("..")
    else {
      throw Failure(
        message: "'dynamic_from_file' is not allowed for \"\(path)\": a path has to begin as "
          + "\(Self.prefixVariable) says, and to have no '..'"
      )
    }
    return ConnectionString(inFile: path)
  }
}

extension PostgresConfiguration.Isolation {
  fileprivate init(_ isolation: SourceConnection.Isolation) {
    self =
      switch isolation {
      case .readCommitted: .readCommitted
      case .repeatableRead: .repeatableRead
      case .serializable: .serializable
      }
  }
}

extension PostgresConfiguration {
  /// Shares a loop's connections out, most of them for reads.
  ///
  /// Two for quick reads keep a core of PostgreSQL's at work: one answers while the other is written
  /// to. More of them take each other's cores and caches where PostgreSQL shares the machine
  /// (docs/decisions/0002-quick-batches-share-connections.md).
  package mutating func share(_ connections: Int) {
    let connections = max(2, connections)
    maximumWriteConnections = max(1, connections / 3)
    let reads = connections - maximumWriteConnections
    maximumQuickConnections = min(2, reads / 2)
    maximumReadConnections = reads - maximumQuickConnections
  }
}
