import JSON

/// How the database of a source is reached, as its `configuration` says.
///
/// Of `connection_info` the address, the isolation level and `max_connections` of the pool count here.
/// The other settings of pools, read replicas, templates of connections and certificates are kept in the
/// metadata; the community's edition of Hasura does no more with most of them.
package struct SourceConnection: Hashable, Sendable {
  package enum Address: Hashable, Sendable {
    case url(String)
    /// The name of a variable of the environment.
    case variable(String)
    /// The path of a file that has the URL, whenever a connection is made.
    case file(String)
    /// libpq's keywords and their values.
    case parameters([Parameter])
  }

  package struct Parameter: Hashable, Sendable {
    package var keyword: String
    package var value: String
  }

  /// By the names that metadata have.
  package enum Isolation: String, Hashable, Sendable {
    case readCommitted = "read-committed"
    case repeatableRead = "repeatable-read"
    case serializable
  }

  package var address: Address
  /// Nil for what the operator has chosen.
  package var isolation: Isolation?
  /// Of the server in all; nil for what the operator has chosen.
  package var maximumConnections: Int?
  /// Seconds that a request waits for a connection; nil for what the operator has chosen.
  package var poolTimeout: Int?
  /// Seconds that a connection stays unused, and that it lives, at the most.
  package var idleTimeout: Int?
  package var connectionLifetime: Int?
  /// How changes of its rows are learnt of.
  package var changes: SourceChanges

  /// From the `configuration` of a source.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("PGSourceConfiguration")
    changes = try SourceChanges(decoding: cursor)
    let info = try cursor.required("connection_info")
    _ = try info.object("PostgresSourceConnInfo")
    address = try Address(decoding: info.required("database_url"))
    if let level = info.optional("isolation_level") {
      guard let known = Isolation(rawValue: try level.string()) else {
        throw level.failure(
          "unexpected string for isolation level; expecting one of: read-committed, "
            + "repeatable-read, serializable"
        )
      }
      isolation = known
    }
    if let pool = info.optional("pool_settings") {
      _ = try pool.object("PostgresPoolSettings")
      for key in ["total_max_connections", "retries"] {
        _ = try pool.optional(key)?.int()
      }
      maximumConnections = try pool.optional("max_connections")?.int()
      poolTimeout = try pool.optional("pool_timeout")?.int()
      idleTimeout = try pool.optional("idle_timeout")?.int()
      connectionLifetime = try pool.optional("connection_lifetime")?.int()
    }
    for replica in try cursor.optional("read_replicas")?.array() ?? [] {
      _ = try Address(decoding: replica.required("database_url"))
    }
  }
}

extension SourceConnection.Address {
  /// A URL, `{"from_env": …}`, `{"dynamic_from_file": …}` or `{"connection_parameters": {…}}`.
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    if let url = cursor.value.string {
      self = .url(url)
      return
    }
    _ = try cursor.object("UrlConf")
    if let variable = cursor.optional("from_env") {
      self = .variable(try variable.nonEmptyString())
      return
    }
    if let file = cursor.optional("dynamic_from_file") {
      self = .file(try file.nonEmptyString())
      return
    }
    guard let parameters = cursor.optional("connection_parameters") else {
      throw cursor.failure(
        "one of 'from_env', 'connection_parameters', 'dynamic_from_file' or a URL has to be given"
      )
    }
    var list: [SourceConnection.Parameter] = []
    for (key, keyword, isRequired) in [
      ("host", "host", true), ("port", "port", true), ("username", "user", true),
      ("password", "password", false), ("database", "dbname", true),
    ] {
      guard let member = isRequired ? try parameters.required(key) : parameters.optional(key)
      else { continue }
      let value = key == "port" ? String(try member.int()) : try member.string()
      list.append(SourceConnection.Parameter(keyword: keyword, value: value))
    }
    self = .parameters(list)
  }
}

extension Source {
  /// How the database is reached; nil where the configuration does not say it in a way that is known.
  package var connection: SourceConnection? {
    try? SourceConnection(decoding: JSONCursor(configuration))
  }
}
