import Glibc
import Resolvers

/// What `postmaster.pid` says about the server of a cluster.
struct Postmaster: Sendable, Hashable {
  let process: pid_t
  let port: Int
  /// Where its socket lies; empty until it listens.
  let socketFolder: String
  /// `starting`, `ready`, `stopping` or `standby`.
  let state: String

  var isReady: Bool { state == "ready" }

  /// Reads the file; nil where there is none or it is not complete yet.
  init?(readingFrom data: FilePath) {
    guard let bytes = try? data.appending("postmaster.pid").contents() else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard let process = lines.first.flatMap({ pid_t($0) }), process > 0 else { return nil }
    self.process = process
    port = lines.count > 3 ? Int(lines[3]) ?? 0 : 0
    socketFolder = lines.count > 4 ? String(lines[4]) : ""
    state = lines.count > 7 ? String(lines[7].prefix { $0 != " " }) : "starting"
  }

  /// Whether the process is there and is the server of this cluster.
  ///
  /// After a crash of the machine, and in containers almost surely, the number may belong to
  /// another process. Its command line, which everyone may read, tells.
  func isRunning(on data: FilePath) -> Bool {
    guard let bytes = try? FilePath("/proc/\(process)/cmdline").contents() else { return false }
    let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let program = words.first, FilePath(program).lastComponent == "postgres" else {
      return false
    }
    return words.contains(data.text)
  }

  /// Makes the file of a dead server harmless where its number belongs to another process now.
  ///
  /// PostgreSQL would take that process for the server and refuse to start. The rest of the file
  /// stays: by it PostgreSQL checks that no orphaned backend is left.
  static func disarm(_ data: FilePath) throws {
    let file = data.appending("postmaster.pid")
    guard let status = file.status, let bytes = try? file.contents(),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
    else { return }
    // No process has this number: Linux gives none above 2^22.
    try file.write(Array("\(Int32.max)".utf8) + bytes[end...], mode: 0o600)
    guard lchown(file.text, status.st_uid, status.st_gid) == 0 else {
      throw FileError("give away", file)
    }
  }
}
