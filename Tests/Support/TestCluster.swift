import Glibc
import Synchronization

/// A private PostgreSQL server for tests, with its files in a temporary folder.
///
/// A shell script of its own process group makes the cluster, runs it and waits at the end of a
/// socket. Whatever ends the test process closes it, and the script then stops the server and
/// removes the folder: nothing is left behind even by `kill -9`.
package final class TestCluster: Sendable {
  /// How the server is asked to stop, in `pg_ctl`'s words.
  package enum StopMode: String, Sendable {
    /// Ends sessions, then shuts down in order.
    case fast
    /// Dies at once, as in a crash.
    case immediate
  }

  /// The folder of the unix socket, which libpq takes as `host`.
  package let socketFolder: String
  /// The port on 127.0.0.1, and in the socket's name.
  package let port: Int

  private let supervisor: Mutex<Supervisor>
  private let templates = Mutex<[String: String]>([:])
  private let databases = Atomic<Int>(0)
  private let isShared: Bool

  private static let started = Result { try TestCluster(isShared: true) }

  /// The cluster that all suites of the process use, started when the first one asks.
  package static func shared() throws -> TestCluster { try started.get() }

  /// A cluster that a test may stop and start.
  package static func start() throws -> TestCluster { try TestCluster(isShared: false) }

  private init(isShared: Bool) throws {
    self.isShared = isShared
    let launched = try Self.launch()
    supervisor = Mutex(launched.supervisor)
    socketFolder = launched.folder
    port = launched.port
  }

  /// Tries again when another process took the free port before the server did.
  private static func launch() throws -> (supervisor: Supervisor, folder: String, port: Int) {
    var attempts = 3
    while true {
      attempts -= 1
      let port = try FreePort.find()
      let supervisor = try Supervisor(port: port)
      do {
        let folder = try supervisor.answer()
        try supervisor.command("start")
        return (supervisor, folder, port)
      } catch {
        supervisor.close()
        if attempts == 0 { throw error }
      }
    }
  }

  deinit {
    supervisor.withLock { $0.close() }
  }

  // MARK: - Databases

  /// Creates a database of the suite's own, as a copy of a template.
  package func makeDatabase(template: String = "template1") throws -> TestDatabase {
    let name = "test_\(databases.add(1, ordering: .relaxed).newValue)"
    try maintenance.execute("CREATE DATABASE \(name) TEMPLATE \(template)")
    return database(named: name)
  }

  /// Makes a template by some SQL, once for each name, and returns its database's name.
  package func makeTemplate(_ name: String, _ sql: String) throws -> String {
    try templates.withLock { templates in
      if let template = templates[name] { return template }
      let template = "template_\(templates.count + 2)"
      try maintenance.execute("CREATE DATABASE \(template)")
      try database(named: template).execute(sql)
      templates[name] = template
      return template
    }
  }

  package func database(named name: String) -> TestDatabase {
    TestDatabase(
      name: name,
      url: "postgresql:///\(name)?host=\(socketFolder)&port=\(port)&user=postgres",
      addressURL: "postgresql://postgres@127.0.0.1:\(port)/\(name)"
    )
  }

  private var maintenance: TestDatabase { database(named: "postgres") }

  // MARK: - Stop and start

  package func stop(_ mode: StopMode) throws {
    precondition(!isShared, "other suites need the shared cluster")
    try supervisor.withLock { try $0.command("stop \(mode.rawValue)") }
  }

  package func start() throws {
    try supervisor.withLock { try $0.command("start") }
  }
}
