import Glibc
import Resolvers

/// Runs PostgreSQL's own programs on a cluster.
struct Cluster: Sendable {
  let folder: ClusterFolder
  private let installation: PostgresInstallation

  init(_ folder: ClusterFolder) throws {
    self.folder = folder
    installation = try PostgresInstallation.find(
      cluster: Self.version(of: folder.data),
      data: folder.data
    )
  }

  /// The major version that made the cluster; nil where there is none yet.
  private static func version(of data: FilePath) throws -> Int? {
    guard data.exists else { return nil }
    let text = try String(decoding: data.appending("PG_VERSION").contents(), as: UTF8.self)
    return Int(text.prefix { $0 != "\n" && $0 != "." })
  }

  // MARK: - A running server

  /// The server of the cluster if one runs, once it is ready for connections.
  func running() throws -> Postmaster? {
    for _ in 0..<600 {
      guard let postmaster = Postmaster(readingFrom: folder.data),
        postmaster.isRunning(on: folder.data)
      else { return nil }
      if postmaster.isReady { return postmaster }
      // A start after a crash replays the log; a stop ends the sessions.
      poll(nil, 0, 100)
    }
    throw EmbeddedPostgresError(
      .failed(program: "postgres", message: "it is not ready after a minute", log: folder.log)
    )
  }

  /// Lets this process's account into a server that another account's apus started.
  func admit(to postmaster: Postmaster) throws {
    if try writeAuthentication() { kill(postmaster.process, SIGHUP) }
  }

  // MARK: - Start and stop

  /// Starts the server, after making the cluster where there is none.
  func start() throws -> Postmaster {
    try folder.checkAccess()
    if !folder.data.exists { try create() }
    try clearTraces()
    try rotateLog()
    let socketFolder = try socketFolder()
    var port = try previousPort().flatMap { LoopbackPort.isFree($0) ? $0 : nil }
    var attempts = 3
    while true {
      attempts -= 1
      try configure(port: port ?? LoopbackPort.find(), socketFolder)
      port = nil
      let logSize = folder.log.status?.st_size ?? 0
      let outcome = try run("pg_ctl", startArguments, isDetached: true)
      if outcome.isSuccess, let postmaster = try running() { return postmaster }
      let message = logMessage(after: Int(logSize)) ?? outcome.lastLine
      // Another process may have taken the port in between.
      if attempts > 0 && message.contains("could not create any TCP/IP sockets") { continue }
      throw EmbeddedPostgresError(
        .failed(program: "postgres", message: message, log: folder.log)
      )
    }
  }

  /// What a killed server left would keep the next one from starting once its process number
  /// belongs to somebody else.
  private func clearTraces() throws {
    try Postmaster.disarm(folder.data)
    for name in try folder.path.entries() where name.hasPrefix(".s.PGSQL.") {
      try folder.path.appending(name).remove()
    }
  }

  private var startArguments: [String] {
    ["start", "-D", folder.data.text, "-l", folder.log.text, "-s", "-w", "-t", "60"]
  }

  /// Ends the sessions and stops the server; returns when it has.
  func stop() throws {
    guard let postmaster = Postmaster(readingFrom: folder.data),
      postmaster.isRunning(on: folder.data)
    else { return }
    let outcome = try run(
      "pg_ctl",
      ["stop", "-D", folder.data.text, "-m", "fast", "-s", "-w", "-t", "60"],
      isDetached: true
    )
    guard outcome.isSuccess || !postmaster.isRunning(on: folder.data) else {
      throw EmbeddedPostgresError(
        .failed(program: "pg_ctl stop", message: outcome.lastLine, log: folder.log)
      )
    }
    let sockets = FilePath(postmaster.socketFolder)
    if sockets != folder.path { try sockets.remove() }
  }

  private func run(_ program: String, _ arguments: [String], isDetached: Bool = false) throws
    -> ChildProcess.Outcome
  {
    var process = ChildProcess(installation.program(program), arguments)
    // Messages that we pass on are in English.
    process.environment = ["LC_ALL": "C", "TZ": "UTC"]
    process.workingDirectory = FilePath("/")
    process.user = folder.user
    process.isDetached = isDetached
    process.timeout = .seconds(120)
    return try process.run()
  }

  // MARK: - The cluster's files

  /// Makes the cluster beside its place and moves it there when it is whole: an interrupted start
  /// leaves nothing that looks like a cluster.
  private func create() throws {
    for name in try folder.path.entries() where name.hasPrefix("data.") {
      try folder.path.appending(name).remove()
    }
    let draft = folder.path.appending("data.\(getpid())")
    try folder.makePrivateDirectory(draft)
    let made = try run(
      "initdb",
      [
        "-D", draft.text, "--username=\(ClusterConfiguration.role)", "--encoding=UTF8",
        "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=scram-sha-256", "--data-checksums",
        "--no-instructions",
      ]
    )
    guard made.isSuccess else { throw failure("initdb", made) }
    let configuration = draft.appending("postgresql.conf")
    let include = Array("\ninclude_if_exists 'apus.conf'\n".utf8)
    try write(try configuration.contents() + include, to: configuration)
    try createDatabase(in: draft)
    try draft.move(to: folder.data)
  }

  /// Makes the database in single-user mode, before anybody can connect.
  ///
  /// The password goes through the standard input, where no list of processes shows it.
  private func createDatabase(in data: FilePath) throws {
    let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    var process = ChildProcess(
      installation.program("postgres"),
      ["--single", "-D", data.text, "-c", "exit_on_error=on", "postgres"]
    )
    process.environment = ["LC_ALL": "C", "TZ": "UTC"]
    process.workingDirectory = FilePath("/")
    process.user = folder.user
    process.input = Array(
      """
      ALTER ROLE \(ClusterConfiguration.role) PASSWORD '\(password)'
      CREATE DATABASE \(ClusterConfiguration.database)

      """.utf8
    )
    let outcome = try process.run()
    guard outcome.isSuccess else { throw failure("postgres --single", outcome) }
    try folder.password.write(Array("\(password)\n".utf8), mode: 0o600)
  }

  private func failure(_ program: String, _ outcome: ChildProcess.Outcome)
    -> EmbeddedPostgresError
  {
    let message = outcome.end == .timeout ? "it took more than two minutes" : outcome.lastLine
    return EmbeddedPostgresError(.failed(program: program, message: message, log: nil))
  }

  private func configure(port: Int, _ socketFolder: FilePath) throws {
    let configuration = configuration(port: port, socketFolder)
    try write(Array(configuration.settings.utf8), to: folder.configuration)
    try writeAuthentication()
  }

  private func configuration(port: Int, _ socketFolder: FilePath) -> ClusterConfiguration {
    let accounts = Set([folder.user.name, SystemUser.current?.name ?? folder.user.name])
    return ClusterConfiguration(
      port: port,
      socketFolder: socketFolder,
      accounts: accounts.sorted()
    )
  }

  /// Returns whether anything changed.
  @discardableResult
  private func writeAuthentication() throws -> Bool {
    let identities = configuration(port: 0, folder.path).identities
    var hasChanged = false
    for (name, text) in [
      ("pg_hba.conf", ClusterConfiguration.hostBasedAuthentication), ("pg_ident.conf", identities),
    ] {
      let file = folder.data.appending(name)
      guard try file.contents() != Array(text.utf8) else { continue }
      try write(Array(text.utf8), to: file)
      hasChanged = true
    }
    return hasChanged
  }

  private func write(_ bytes: [UInt8], to file: FilePath) throws {
    try file.write(bytes, mode: 0o600)
    try folder.giveToUser(file)
  }

  /// The port of the last start, so that what a user noted stays true where it can.
  private func previousPort() throws -> Int? {
    guard folder.configuration.exists else { return nil }
    let text = try String(decoding: folder.configuration.contents(), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("port = ") }
    return line.flatMap { Int($0.dropFirst("port = ".count)) }
  }

  /// The cluster's folder; where its path is too long for a socket's name, one under `/tmp`.
  private func socketFolder() throws -> FilePath {
    // sun_path has 108 bytes with its NUL; the name is ".s.PGSQL.65535" and, for the lock, ".lock".
    if folder.path.text.utf8.count + 1 + 14 <= 107 { return folder.path }
    let sockets = try FilePath.makeTemporary(in: FilePath("/tmp"), named: "apus-postgres")
    try folder.giveToUser(sockets)
    return sockets
  }

  // MARK: - The log

  /// Keeps the log from growing for ever: at a start beyond 10 MB it becomes the old one.
  private func rotateLog() throws {
    guard let size = folder.log.status?.st_size, size > 10_000_000 else { return }
    try folder.log.move(to: folder.path.appending("log.old"))
  }

  /// The last complaint in the log since a moment.
  private func logMessage(after offset: Int) -> String? {
    guard let bytes = try? folder.log.contents(), bytes.count > offset else { return nil }
    let lines = String(decoding: bytes[offset...], as: UTF8.self).split(separator: "\n")
    let line = lines.last { $0.contains("FATAL:") || $0.contains("PANIC:") }
    return (line ?? lines.last).map(String.init)
  }
}
