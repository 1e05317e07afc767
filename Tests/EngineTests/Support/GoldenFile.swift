import Glibc
import Testing

/// A file of expected output under `Tests/Golden`.
///
/// With `UPDATE_GOLDEN=1` in the environment tests write what they got; the difference is for the
/// reviewer to read.
struct GoldenFile {
  let path: String

  /// The path within `Tests/Golden`.
  init(_ path: String) {
    // This file is <root>/Tests/EngineTests/Support/GoldenFile.swift.
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    self.path = "/\(tests)/Golden/\(path)"
  }

  /// Expects the text to be that of the file.
  func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    if getenv("UPDATE_GOLDEN") != nil { try write(text) }
    let expected = try read()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let first = zip(lines, expectedLines).enumerated().first { $0.element.0 != $0.element.1 }
    let place = first.map { "line \($0.offset + 1): \($0.element.0)" } ?? "the end"
    #expect(
      text == expected,
      "\(path) differs at \(place); UPDATE_GOLDEN=1 writes it anew",
      sourceLocation: sourceLocation
    )
  }

  private func read() throws -> String {
    let stream = try #require(fopen(path, "r"), "\(path) cannot be read")
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  private func write(_ text: String) throws {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o755)
    }
    let stream = try #require(fopen(path, "w"), "\(path) cannot be written")
    defer { fclose(stream) }
    let bytes = Array(text.utf8)
    #expect(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
  }
}
