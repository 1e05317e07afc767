/// Why a DBN stream cannot be read on, and where.
///
/// Every whole record before it was delivered.
package struct DBNError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case empty
    case notDBN
    /// The format that DBN replaced in 2023.
    case dbz
    case unsupportedVersion(UInt8)
    /// The stream ends within its metadata.
    case truncatedMetadata(expected: Int, found: Int)
    case invalidMetadata(String)
    /// The first byte of a record says how long it is, and no record is that short.
    case impossibleLength(Int)
    /// The stream ends within a record.
    case truncatedRecord(expected: Int, found: Int)
    /// A record is shorter than what its type consists of.
    case shortRecord(type: String, expected: Int, found: Int)
    case zstd(String)
    /// The file ends within a zstd frame.
    case truncatedFrame
    /// The system's words for why the file cannot be opened or read.
    case unreadable(String)
    /// The file became shorter while it was read.
    case shrunk
  }

  package var reason: Reason
  /// Bytes from the beginning: of the uncompressed stream, and where zstd or the file system failed
  /// of the file.
  package var offset: UInt64

  package init(_ reason: Reason, at offset: UInt64) {
    self.reason = reason
    self.offset = offset
  }
}

extension DBNError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .empty: "the file is empty"
    case .notDBN: "this is no DBN: a stream begins with the letters DBN and its version"
    case .dbz: "this is DBZ, the format before DBN; convert it with Databento's dbn program"
    case .unsupportedVersion(let version):
      "DBN version \(version) is not supported; versions 1 to \(DBNMetadata.latestVersion) are"
    case .truncatedMetadata(let expected, let found):
      "the metadata end after \(found) of \(expected) bytes"
    case .invalidMetadata(let problem):
      "the metadata are not valid at offset \(offset): \(problem)"
    case .impossibleLength(let length):
      "the record at offset \(offset) has the length \(length); its header alone takes 16 bytes"
    case .truncatedRecord(let expected, let found):
      "the record at offset \(offset) ends after \(found) of \(expected) bytes"
    case .shortRecord(let type, let expected, let found):
      "the record at offset \(offset) is of type \(type) and has \(found) bytes instead of \(expected)"
    case .zstd(let problem): "zstd failed at byte \(offset) of the file: \(problem)"
    case .truncatedFrame: "the file ends within a zstd frame, after \(offset) bytes"
    case .unreadable(let problem): problem
    case .shrunk: "the file became shorter than \(offset) bytes while it was read"
    }
  }
}
