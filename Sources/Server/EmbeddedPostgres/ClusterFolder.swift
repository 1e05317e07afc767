import Glibc
import Resolvers

/// Where the private cluster lies and whom it belongs to.
///
/// That is `postgres` in the data folder. PostgreSQL does not run as root: started by root it runs
/// as the user `postgres`, or as the owner of a cluster that is there. Where that user cannot enter
/// the data folder (it may lie in root's home), `postgres` is a symbolic link into `/var/lib/apus`.
struct ClusterFolder: Sendable {
  /// Absolute, without symbolic links.
  let path: FilePath
  /// Who runs PostgreSQL.
  let user: SystemUser

  var data: FilePath { path.appending("data") }
  var log: FilePath { path.appending("log") }
  /// The password for connections over the loopback address.
  var password: FilePath { path.appending("password") }
  var configuration: FilePath { data.appending("apus.conf") }

  private static let fallback = FilePath("/var/lib/apus")

  /// Opens the folder, or makes it; `dataFolder` has to exist.
  init(in dataFolder: FilePath) throws {
    guard let account = SystemUser.current else {
      throw EmbeddedPostgresError(.noAccount(uid: geteuid()))
    }
    let name = try dataFolder.resolved().appending("postgres")
    if name.status != nil && !name.exists {
      // A link to a folder that was removed.
      try name.remove()
    }
    if name.exists {
      path = try name.resolved()
      user = try Self.owner(of: path, account)
    } else {
      user = try Self.runner(account)
      path = try Self.make(name, for: user)
    }
  }

  /// Whether PostgreSQL can reach its folder, which root's rights say nothing about.
  func checkAccess() throws {
    guard try Self.isReachable(path, by: user) else {
      throw EmbeddedPostgresError(.unreachable(folder: path, user: user.name))
    }
  }

  /// Gives a file that this process wrote to the user who runs PostgreSQL.
  func giveToUser(_ file: FilePath) throws {
    guard user.uid != geteuid() else { return }
    guard lchown(file.text, user.uid, user.gid) == 0 else { throw FileError("give away", file) }
  }

  /// Makes a folder for the user who runs PostgreSQL, closed to all others.
  func makePrivateDirectory(_ folder: FilePath) throws {
    try Self.makePrivateDirectory(folder, for: user)
  }

  // MARK: - Choice

  private static func owner(of path: FilePath, _ account: SystemUser) throws -> SystemUser {
    let data = path.appending("data")
    guard let uid = (data.status ?? path.status)?.st_uid else { throw FileError("find", path) }
    if uid == account.uid && uid != 0 { return account }
    guard account.uid == 0 else {
      let owner = SystemUser(uid: uid)?.name ?? "user \(uid)"
      throw EmbeddedPostgresError(.otherOwner(data: data, owner: owner))
    }
    if uid == 0 {
      // Made, but not given away before the process ended.
      let user = try runner(account)
      try makePrivateDirectory(path, for: user)
      return user
    }
    guard let user = SystemUser(uid: uid) else {
      throw EmbeddedPostgresError(.noAccount(uid: uid))
    }
    return user
  }

  private static func runner(_ account: SystemUser) throws -> SystemUser {
    if account.uid != 0 { return account }
    guard let postgres = SystemUser(named: "postgres") else {
      throw EmbeddedPostgresError(.noPostgresAccount)
    }
    return postgres
  }

  private static func make(_ name: FilePath, for user: SystemUser) throws -> FilePath {
    try makePrivateDirectory(name, for: user)
    if try isReachable(name, by: user) { return name }
    try name.remove()
    try fallback.makeDirectory()
    let folder = try FilePath.makeTemporary(in: fallback, named: "postgres")
    guard lchown(folder.text, user.uid, user.gid) == 0 else {
      throw FileError("give away", folder)
    }
    guard try isReachable(folder, by: user) else {
      throw EmbeddedPostgresError(.unreachable(folder: folder, user: user.name))
    }
    guard symlink(folder.text, name.text) == 0 else { throw FileError("create", name) }
    return try folder.resolved()
  }

  private static func makePrivateDirectory(_ folder: FilePath, for user: SystemUser) throws {
    try folder.makeDirectory(mode: 0o700)
    guard chmod(folder.text, 0o700) == 0,
      user.uid == geteuid() || lchown(folder.text, user.uid, user.gid) == 0
    else { throw FileError("give away", folder) }
  }

  private static func isReachable(_ folder: FilePath, by user: SystemUser) throws -> Bool {
    guard user.uid != geteuid() else { return true }
    var process = ChildProcess("/bin/sh", ["-c", "cd \"$1\" && test -w .", "sh", folder.text])
    process.user = user
    process.workingDirectory = FilePath("/")
    return try process.run().isSuccess
  }
}
