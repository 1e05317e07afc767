import Resolvers

/// The programs of one of the machine's PostgreSQL servers, as Debian installs them.
struct PostgresInstallation: Sendable, Hashable {
  /// The major version.
  let version: Int
  let binaries: FilePath

  static let root = FilePath("/usr/lib/postgresql")
  /// The migrations use `UNIQUE NULLS NOT DISTINCT`.
  static let oldest = 15

  func program(_ name: String) -> String { binaries.appending(name).text }

  /// The one for a cluster that is there, or the newest for a new one.
  static func find(cluster version: Int?, data: FilePath) throws(EmbeddedPostgresError)
    -> PostgresInstallation
  {
    let all = installed()
    if let version {
      guard let match = all.first(where: { $0.version == version }) else {
        throw EmbeddedPostgresError(.versionGone(version: version, data: data))
      }
      return match
    }
    guard let newest = all.max(by: { $0.version < $1.version }) else {
      throw EmbeddedPostgresError(.notInstalled)
    }
    guard newest.version >= oldest else {
      throw EmbeddedPostgresError(.tooOld(version: newest.version))
    }
    return newest
  }

  private static func installed() -> [PostgresInstallation] {
    let versions = (try? root.entries()) ?? []
    return versions.compactMap { name in
      guard let version = Int(name) else { return nil }
      let binaries = root.appending(name).appending("bin")
      let needed = ["initdb", "pg_ctl", "postgres"]
      guard needed.allSatisfy({ binaries.appending($0).exists }) else { return nil }
      return PostgresInstallation(version: version, binaries: binaries)
    }
  }
}
