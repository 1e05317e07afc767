import Glibc
import Resolvers

/// The private PostgreSQL of a data folder: the machine's own server with a cluster of its own.
///
/// `start` and `stop` block for as long as the server takes: on an event loop they belong into
/// `offload`.
struct EmbeddedPostgres: Sendable {
  /// What happens while it starts.
  enum Event: Sendable, Hashable {
    /// The cluster is made, which takes some seconds.
    case creating(FilePath)
    /// A server that outlived its apus was found and is used further.
    case reusing(process: Int)
  }

  /// Where to connect, through the unix socket.
  let url: String
  /// On 127.0.0.1; the password of the role `postgres` is in the file `passwordFile`.
  let port: Int
  let passwordFile: FilePath

  private let cluster: Cluster
  /// Nil where another process runs the server and this one only connects.
  private let lock: ClusterLock?

  /// Starts the server, or takes over one that a killed apus left running.
  ///
  /// Throws `inUse` where another apus has the data folder, unless `canShare`: then the server of
  /// that one is used, and `stop` leaves it alone.
  static func start(
    in dataFolder: FilePath,
    canShare: Bool = false,
    report: (Event) -> Void = { _ in }
  ) throws -> EmbeddedPostgres {
    try dataFolder.makeDirectory()
    let lock: ClusterLock?
    do {
      lock = try ClusterLock.take(dataFolder)
    } catch let error as EmbeddedPostgresError {
      guard canShare, case .inUse = error.reason else { throw error }
      lock = nil
    }
    let folder = try ClusterFolder(in: dataFolder)
    let cluster = try Cluster(folder)
    let postmaster: Postmaster
    if lock == nil {
      guard let running = try cluster.running() else {
        throw EmbeddedPostgresError(.notRunning(folder: dataFolder))
      }
      postmaster = running
    } else if let running = try cluster.running() {
      report(.reusing(process: Int(running.process)))
      try cluster.admit(to: running)
      postmaster = running
    } else {
      if !folder.data.exists { report(.creating(folder.data)) }
      postmaster = try cluster.start()
    }
    return EmbeddedPostgres(cluster, postmaster, lock)
  }

  private init(_ cluster: Cluster, _ postmaster: Postmaster, _ lock: ClusterLock?) {
    self.cluster = cluster
    self.lock = lock
    port = postmaster.port
    passwordFile = cluster.folder.password
    let host = Self.percentEncoded(postmaster.socketFolder)
    url =
      "postgresql://\(ClusterConfiguration.role)@/\(ClusterConfiguration.database)"
      + "?host=\(host)&port=\(postmaster.port)"
  }

  /// Ends the sessions and shuts the server down in order; nothing to do where it is another's.
  func stop() throws {
    guard let lock else { return }
    defer { lock.release() }
    try cluster.stop()
  }

  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      return isPlain
        ? String(Unicode.Scalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}
