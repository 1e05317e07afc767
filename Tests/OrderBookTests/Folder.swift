import Glibc
import OrderBook

/// Folders and files of the tests.
enum Folder {
  static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
      )
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Writes a file of a test, and removes it after.
  static func withFile<Result>(
    _ bytes: [UInt8],
    named name: String = "test.dbn",
    _ body: (String) throws -> Result
  ) throws -> Result {
    var template = Array("/tmp/apus-book-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else {
      throw DBNError(.unreadable("no folder for the test"), at: 0)
    }
    let path = "\(folder)/\(name)"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let file = fopen(path, "w")
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return try body(path)
  }
}
