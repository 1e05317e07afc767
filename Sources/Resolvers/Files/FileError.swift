import Glibc

/// A call on a file or a folder that the system refused.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: `read`, `create`, `rename`.
  package var operation: String
  package var path: String
  package var code: Int32

  package init(_ operation: String, _ path: FilePath, code: Int32 = errno) {
    self.operation = operation
    self.path = path.text
    self.code = code
  }

  package var isNotFound: Bool { code == ENOENT }

  /// The system's words.
  package var reason: String { String(cString: strerror(code)) }

  package var description: String { "cannot \(operation) \(path): \(reason)" }
}
