import Resolvers

/// One step of the database's schema: a file that takes it and one that takes it back.
struct Migration: Sendable {
  let number: Int
  /// `0004_bars`: number and name as the files have them.
  let name: String
  let up: File
  /// Nil where there is no way back.
  let down: File?

  /// One of the two files.
  struct File: Sendable {
    /// As it was read, for messages.
    let path: FilePath
    let script: SQLScript
    /// Of the bytes of the file.
    let checksum: String

    init(_ path: FilePath) throws(FileError) {
      self.path = path
      let bytes = try path.contents()
      checksum = SHA256Digest(of: bytes).description
      script = SQLScript(bytes)
    }
  }
}
