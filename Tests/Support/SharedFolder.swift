import Glibc

/// The folder of specifications and fixtures that lies beside the repository, where it is present.
package enum SharedFolder {
  /// The folder that `APUS_SHARED` names, else `../shared` seen from the repository's root or, for
  /// a linked worktree, from a folder above it.
  package static let path: String? = {
    if let path = getenv("APUS_SHARED") { return String(cString: path) }
    // This file is <root>/Tests/Support/SharedFolder.swift.
    var folder = #filePath.split(separator: "/").dropLast(3)
    while !folder.isEmpty {
      folder = folder.dropLast()
      let candidate = "/" + (folder + ["shared"]).joined(separator: "/")
      if access(candidate + "/spec", R_OK) == 0 { return candidate }
    }
    return nil
  }()

  /// The path of a file in the folder; when it is absent, says in one line what is skipped.
  package static func path(_ file: String, for test: String = #function) -> String? {
    if let path, access("\(path)/\(file)", R_OK) == 0 { return "\(path)/\(file)" }
    print("skipped: \(test), because ../shared/\(file) is absent")
    return nil
  }

  /// Whether a file is there: for `.enabled(if:)`.
  package static func has(_ file: String) -> Bool {
    path.map { access("\($0)/\(file)", R_OK) == 0 } ?? false
  }

  /// The bytes of a file; when it is absent, says in one line what is skipped.
  package static func bytes(_ file: String, for test: String = #function) -> [UInt8]? {
    guard let path = path(file, for: test), let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}
