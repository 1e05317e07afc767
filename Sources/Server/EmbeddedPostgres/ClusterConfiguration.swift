import Resolvers

/// The configuration files that Apus writes into its private cluster, at every start.
struct ClusterConfiguration: Sendable {
  let port: Int
  let socketFolder: FilePath
  /// The accounts of the system that may connect through the socket.
  let accounts: [String]

  /// Included by `postgresql.conf`.
  var settings: String {
    """
    # Written by apus at each start; settings of your own belong into postgresql.conf, after the
    # line that includes this file.
    cluster_name = 'apus'
    listen_addresses = '127.0.0.1'
    port = \(port)
    unix_socket_directories = \(Self.quoted(socketFolder.text))
    unix_socket_permissions = 0700
    wal_level = logical
    max_connections = 200
    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%m [%p] %q%u@%d '

    """
  }

  /// Through the socket the system vouches for who connects; over the loopback address, which any
  /// user of the machine reaches, a password is asked for.
  static let hostBasedAuthentication = """
    # Written by apus at each start.
    local all         all               peer map=apus
    local replication all               peer map=apus
    host  all         all 127.0.0.1/32  scram-sha-256
    host  replication all 127.0.0.1/32  scram-sha-256

    """

  var identities: String {
    "# Written by apus at each start.\n"
      + accounts.map { "apus \(Self.doubleQuoted($0)) \(Self.role)\n" }.joined()
  }

  /// The role that Apus connects as, a superuser of the private cluster.
  static let role = "postgres"
  static let database = "apus"

  /// A quoted value of `postgresql.conf`.
  private static func quoted(_ text: String) -> String {
    var quoted = "'"
    for character in text {
      if character == "'" || character == "\\" { quoted.append(character == "'" ? "'" : "\\") }
      quoted.append(character)
    }
    return quoted + "'"
  }

  private static func doubleQuoted(_ text: String) -> String {
    "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
