/// How a connection gets the settings that we rely on, and what may be kept in it.
///
/// The direct way: settings travel in the startup packet (no round trip, and `RESET ALL` comes back
/// to them), reads rely on the session's default transaction, statements stay prepared.
/// Through a pooler in transaction mode none of this holds, since the next transaction may run in
/// another session: each batch is then one explicit transaction that begins with its settings and
/// parses its statements anew. It stays one round trip, because all of it is one pipeline; what it
/// costs is parsing and planning.
struct SessionPolicy: Sendable {
  let route: PostgresConfiguration.Route
  /// In the order in which they are set; the later of two equal ones wins.
  private let settings: [(name: String, value: String)]
  private let writeIsolation: PostgresConfiguration.Isolation

  init(_ configuration: PostgresConfiguration) {
    route = configuration.route
    writeIsolation = configuration.writeIsolation
    settings = [
      // A slow just-in-time compilation costs more than any request of ours can win.
      ("jit", "off"),
      ("statement_timeout", Self.milliseconds(configuration.statementTimeout)),
      ("lock_timeout", Self.milliseconds(configuration.lockTimeout)),
      (
        "idle_in_transaction_session_timeout",
        Self.milliseconds(configuration.idleInTransactionTimeout)
      ),
      // What our own SQL is written for, whatever a database or a role has set.
      ("standard_conforming_strings", "on"),
      ("array_nulls", "on"),
      // The text forms that the encoder copies into JSON.
      ("datestyle", "ISO"),
      ("bytea_output", "hex"),
      ("extra_float_digits", "1"),
    ]
  }

  /// By itself the server plans anew each time where it takes the values to matter, which costs quick
  /// statements up to a fifth.
  private static let planOnce = (name: "plan_cache_mode", value: "force_generic_plan")

  private static func milliseconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    // What the server's settings take at most: 24 days.
    guard seconds < 2_147_483 else { return "2147483647" }
    return String(max(seconds * 1000 + attoseconds / 1_000_000_000_000_000, 0))
  }

  /// Whether prepared statements may be kept on the connection.
  var keepsStatements: Bool { route == .session }

  /// libpq's parameters of a new connection.
  func parameters(
    for target: ConnectionString,
    access: Access
  ) -> [ConnectionString.Parameter] {
    var target = target
    target["client_encoding"] = "UTF8"
    target.setDefault("application_name", "apus")
    target.setLinkDefaults()
    if route == .session {
      var options = settings
      if access.isRead {
        options.append(("default_transaction_isolation", "repeatable\\ read"))
        options.append(("default_transaction_read_only", "on"))
      } else if writeIsolation != .readCommitted {
        let level = writeIsolation.rawValue.split(separator: " ").joined(separator: "\\ ")
        options.append(("default_transaction_isolation", level))
      }
      if access == .quickRead { options.append(Self.planOnce) }
      // Ours last: what the URL asks for must not change the text forms.
      let given = target["options"].map { $0 + " " } ?? ""
      target["options"] =
        given + options.map { "-c \($0.name)=\($0.value)" }.joined(separator: " ")
    }
    return target.parameters
  }

  /// Statements that go before those of a batch.
  func prologue(_ access: Access) -> [String] {
    guard route == .transactionPooler else { return [] }
    return [begin(access), localSettings]
  }

  /// Statements that go after those of a batch.
  var epilogue: [String] { route == .transactionPooler ? ["COMMIT"] : [] }

  /// Statements that open a transaction of several batches.
  func transactionStart(_ access: Access) -> [String] {
    route == .transactionPooler ? [begin(access), localSettings] : ["BEGIN"]
  }

  private func begin(_ access: Access) -> String {
    switch access {
    case .read, .quickRead: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    case .write: "BEGIN ISOLATION LEVEL \(writeIsolation.rawValue) READ WRITE"
    }
  }

  private var localSettings: String {
    "SELECT "
      + settings.map { "set_config('\($0.name)', '\($0.value)', true)" }.joined(separator: ", ")
  }
}
