package import EventLoop
import Glibc

// Where the database is, in a file: whoever changes the credentials writes it, and nothing is restarted.
extension ConnectionString {
  /// Long enough for any URL with its certificates' paths.
  private static let maximumBytes = 65_536

  /// What to connect with now: of a file what it says at this moment, read off the loop.
  ///
  /// An error names the file and never repeats what is in it.
  package func current(on loop: EventLoop) async throws(PostgresError) -> ConnectionString {
    guard let file else { return self }
    return try await loop.offload { () throws(PostgresError) -> ConnectionString in
      try ConnectionString.read(file)
    }
  }

  /// Blocks while it reads.
  private static func read(_ file: String) throws(PostgresError) -> ConnectionString {
    let text = try contents(of: file)
    do {
      return try ConnectionString(text)
    } catch {
      throw .connection(
        "the file \"\(file)\" does not hold a database URL that libpq can read",
        sqlstate: .cannotConnect
      )
    }
  }

  private static func contents(of file: String) throws(PostgresError) -> String {
    // A pipe without a writer would keep the thread.
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(file, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw unreadable(file, "it is no regular file")
    }
    guard status.st_size <= maximumBytes else {
      throw unreadable(file, "it is longer than \(maximumBytes) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: maximumBytes)
    var count = 0
    while count < bytes.count {
      let start = count
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      }
      if got < 0 {
        guard errno == EINTR else { throw unreadable(file, String(cString: strerror(errno))) }
        continue
      }
      if got == 0 { break }
      count += got
    }
    // Editors and shells end files with a line feed.
    var text = Substring(String(decoding: bytes[..<count], as: UTF8.self))
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    guard !text.isEmpty else { throw unreadable(file, "it is empty") }
    return String(text)
  }

  private static func unreadable(_ file: String, _ reason: String) -> PostgresError {
    .connection(
      "the file \"\(file)\" that says where the database is cannot be read: \(reason)",
      sqlstate: .cannotConnect
    )
  }
}
