import FuzzChecks
import Glibc
import Testing

@Suite("Fuzz corpus")
struct FuzzCorpusTests {
  /// The inputs that are kept for a check, by their names.
  private static func corpus(_ check: FuzzCheck) -> [(name: String, bytes: [UInt8])] {
    // This file is <root>/Tests/FuzzChecksTests/FuzzCorpusTests.swift.
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "/\(root)/Fuzz/Corpus/\(check.rawValue)"
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var inputs: [(name: String, bytes: [UInt8])] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix("."), let file = fopen("\(folder)/\(name)", "r") else { continue }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
      inputs.append((name, bytes))
    }
    return inputs
  }

  @Test(arguments: FuzzCheck.allCases)
  func holdsOnWhatWasFound(check: FuzzCheck) {
    let inputs = Self.corpus(check)
    #expect(!inputs.isEmpty)
    for (_, bytes) in inputs { check.run(bytes) }
  }
}
