import Resolvers

/// Why there is no private PostgreSQL to serve.
struct EmbeddedPostgresError: Error, Sendable, Hashable {
  enum Reason: Sendable, Hashable {
    case notInstalled
    case tooOld(version: Int)
    /// The cluster's version is not installed any more.
    case versionGone(version: Int, data: FilePath)
    case noAccount(uid: UInt32)
    case noPostgresAccount
    case otherOwner(data: FilePath, owner: String)
    /// Another server has the data folder.
    case inUse(folder: FilePath, process: Int?)
    case unreachable(folder: FilePath, user: String)
    case notRunning(folder: FilePath)
    /// A program of PostgreSQL's failed, and what it or the log said last.
    case failed(program: String, message: String, log: FilePath?)
  }

  var reason: Reason

  init(_ reason: Reason) {
    self.reason = reason
  }
}

extension EmbeddedPostgresError: CustomStringConvertible {
  var description: String {
    switch reason {
    case .notInstalled:
      "no PostgreSQL server in \(PostgresInstallation.root)/*/bin: install the package postgresql,"
        + " or give a --database-url"
    case .tooOld(let version):
      "PostgreSQL \(version) is too old: \(PostgresInstallation.oldest) or newer is needed"
    case .versionGone(let version, let data):
      "\(data) was made by PostgreSQL \(version), whose server is not installed any more"
    case .noAccount(let uid):
      "PostgreSQL needs an account of the system, and user \(uid) has none"
    case .noPostgresAccount:
      "PostgreSQL does not run as root, and there is no user postgres to run it"
    case .otherOwner(let data, let owner):
      "\(data) belongs to \(owner): start as that user, or give another --data-dir"
    case .inUse(let folder, let process):
      "another apus\(process.map { " (process \($0))" } ?? "") is running with the data folder"
        + " \(folder): stop it, or give another --data-dir"
    case .unreachable(let folder, let user):
      "the user \(user), as whom PostgreSQL runs, cannot enter \(folder): give a --data-dir in a"
        + " folder that everyone may enter"
    case .notRunning(let folder):
      "the server with the data folder \(folder) has no PostgreSQL running"
    case .failed(let program, let message, let log):
      "\(program) failed: \(message)\(log.map { " (see \($0))" } ?? "")"
    }
  }
}
