import CPostgres

/// Where the database is and who asks: what a URL or a `key=value` text says, as libpq reads it.
///
/// Kept as libpq's own parameters, so that everything libpq knows (several hosts, services, TLS
/// files, `PG…` variables of the environment) works and means the same as in `psql`.
package struct ConnectionString: Hashable, Sendable, CustomStringConvertible {
  private(set) var parameters: [Parameter]
  /// The file that says it all, which is read for each connection; nil where the text itself was given.
  package private(set) var file: String?

  struct Parameter: Hashable, Sendable {
    let keyword: String
    var value: String
  }

  /// - Throws: an error that never repeats the text, because the text may hold a password.
  package init(_ text: String) throws(PostgresError) {
    guard !text.utf8.contains(0), let options = PQconninfoParse(text, nil) else {
      throw .misuse("the database URL is not one that libpq can read")
    }
    defer { PQconninfoFree(options) }
    parameters = []
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        parameters.append(
          Parameter(keyword: String(cString: keyword), value: String(cString: value))
        )
      }
      option += 1
    }
  }

  /// What a file says at the time: see ``current(on:)``.
  package init(inFile path: String) {
    parameters = []
    file = path
  }

  /// What stands before the path of a file that says where the database is, as in Hasura.
  package static let fileScheme = "dynamic-from-file://"

  /// From a text of libpq's, or one that names the file that has it.
  package init(naming text: String) throws(PostgresError) {
    if text.hasPrefix(Self.fileScheme) {
      self.init(inFile: String(text.dropFirst(Self.fileScheme.count)))
    } else {
      try self.init(text)
    }
  }

  /// The value of one of libpq's parameters, such as `host` or `dbname`.
  package subscript(_ keyword: String) -> String? {
    get { parameters.first { $0.keyword == keyword }?.value }
    set {
      parameters.removeAll { $0.keyword == keyword }
      if let newValue { parameters.append(Parameter(keyword: keyword, value: newValue)) }
    }
  }

  /// Sets a parameter that was not given.
  mutating func setDefault(_ keyword: String, _ value: String) {
    if self[keyword] == nil { self[keyword] = value }
  }

  /// Has a link that was cut noticed in seconds, not in the hours of TCP's own defaults.
  mutating func setLinkDefaults() {
    setDefault("keepalives_idle", "10")
    setDefault("keepalives_interval", "3")
    setDefault("keepalives_count", "3")
    setDefault("tcp_user_timeout", "20000")
  }

  /// For logs: host, port and database, without the user's secrets.
  package var description: String {
    if let file { return "the database of \(file)" }
    let host = self["host"] ?? self["hostaddr"] ?? "localhost"
    return "\(host):\(self["port"] ?? "5432")/\(self["dbname"] ?? "")"
  }
}
