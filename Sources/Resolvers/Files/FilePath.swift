package import Glibc

/// A path in the file system, and the few calls on it that the platform needs.
///
/// They block: on an event loop they belong into `offload`.
package struct FilePath: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package var description: String { text }

  package var lastComponent: String {
    String(text.split(separator: "/").last ?? "")
  }

  package func appending(_ component: String) -> FilePath {
    text.isEmpty || text.hasSuffix("/")
      ? FilePath(text + component) : FilePath("\(text)/\(component)")
  }

  /// The folder that holds it.
  package var parent: FilePath {
    guard let slash = text.lastIndex(of: "/") else { return FilePath(".") }
    return slash == text.startIndex ? FilePath("/") : FilePath(String(text[..<slash]))
  }

  /// The absolute path without symbolic links; it has to exist.
  package func resolved() throws(FileError) -> FilePath {
    guard let path = realpath(text, nil) else { throw FileError("find", self) }
    defer { free(path) }
    return FilePath(String(cString: path))
  }

  // MARK: - What is there

  /// The entry itself, not what a symbolic link leads to; nil where there is none.
  package var status: stat? {
    var status = stat()
    return lstat(text, &status) == 0 ? status : nil
  }

  package var exists: Bool { access(text, F_OK) == 0 }

  package var isDirectory: Bool {
    var status = stat()
    return stat(text, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted by bytes, without `.` and `..`.
  package func entries() throws(FileError) -> [String] {
    guard let directory = opendir(text) else { throw FileError("read", self) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  // MARK: - Contents

  package func contents() throws(FileError) -> [UInt8] {
    let descriptor = open(text, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", self) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", self) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError("read", self, code: EISDIR) }
    var bytes: [UInt8] = []
    var capacity = max(Int(status.st_size) + 1, 4096)
    while true {
      let count = try append(from: descriptor, upTo: capacity, to: &bytes)
      if count == 0 { return bytes }
      capacity = max(Int(status.st_size) - bytes.count + 1, 4096)
    }
  }

  private func append(
    from descriptor: Int32,
    upTo capacity: Int,
    to bytes: inout [UInt8]
  ) throws(FileError) -> Int {
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      repeat {
        count = read(descriptor, buffer.baseAddress, capacity)
      } while count < 0
        && errno == EINTR
      initialized = max(count, 0)
    }
    guard count >= 0 else { throw FileError("read", self) }
    bytes.append(contentsOf: chunk)
    return count
  }

  /// Replaces the file as a whole: a reader sees the old contents or the new, never a part.
  package func write(_ bytes: [UInt8], mode: mode_t = 0o644) throws(FileError) {
    let draft = FilePath("\(text).\(getpid()).new")
    let descriptor = open(draft.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError("write", self) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = FileError("write", self)
        close(descriptor)
        unlink(draft.text)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw FileError("write", self) }
    try draft.move(to: self)
  }

  // MARK: - Changes

  /// Makes a folder and those above it; one that is there already stays as it is.
  package func makeDirectory(mode: mode_t = 0o755) throws(FileError) {
    if isDirectory { return }
    let parent = parent
    if parent != self && !parent.exists { try parent.makeDirectory() }
    guard mkdir(text, mode) == 0 || (errno == EEXIST && isDirectory) else {
      throw FileError("create", self)
    }
  }

  /// Makes a new folder that only its owner may enter: the name and six more characters.
  package static func makeTemporary(
    in folder: FilePath = .temporary,
    named name: String = "apus"
  ) throws(FileError) -> FilePath {
    let pattern = folder.appending("\(name).XXXXXX")
    var path = Array(pattern.text.utf8CString)
    guard mkdtemp(&path) != nil else { throw FileError("create", pattern) }
    return FilePath(String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// The folder for files that nobody will miss: `TMPDIR`, or `/tmp`.
  package static var temporary: FilePath {
    FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
  }

  package func move(to other: FilePath) throws(FileError) {
    guard rename(text, other.text) == 0 else { throw FileError("rename", self) }
  }

  /// Removes a file, or a folder with all that is in it; nothing there is no error.
  package func remove() throws(FileError) {
    guard let status else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try entries() { try appending(name).remove() }
      guard rmdir(text) == 0 else { throw FileError("remove", self) }
    } else {
      guard unlink(text) == 0 else { throw FileError("remove", self) }
    }
  }
}
