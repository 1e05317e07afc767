import Glibc
import Resolvers

/// The right to run the cluster of a data folder, which one process at a time has.
///
/// The system takes the lock back when the process ends, however it ends.
final class ClusterLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    // A child that is being made has the descriptor too until its program begins, and so the lock.
    release()
    close(descriptor)
  }

  /// Gives the lock back before the value goes.
  func release() {
    flock(descriptor, LOCK_UN)
  }

  /// Takes the lock; throws `inUse` where another process has it.
  static func take(_ folder: FilePath) throws -> ClusterLock {
    let path = folder.appending("lock")
    // Not inherited by children, else PostgreSQL would go on holding the lock.
    let descriptor = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("open", path) }
    let lock = ClusterLock(descriptor: descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw FileError("lock", path) }
      let text = try String(decoding: path.contents(), as: UTF8.self)
      let process = text.split(separator: "\n").first.flatMap { Int($0) }
      throw EmbeddedPostgresError(.inUse(folder: folder, process: process))
    }
    let text = "\(getpid())\n"
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) > 0 else {
      throw FileError("write", path)
    }
    return lock
  }
}
