import Metadata
import Resolvers

/// The metadata folder on disk.
struct MetadataFiles: Sendable {
  let folder: FilePath

  init(_ folder: FilePath) {
    self.folder = folder
  }

  func read() throws -> Metadata {
    guard folder.isDirectory else {
      throw CommandFailure(
        "\(folder.text) is no folder; --metadata-dir says where the metadata are"
      )
    }
    return try MetadataFolder.read { path throws(MetadataFolderError) in
      let file = folder.appending(path)
      guard file.exists else { return nil }
      do {
        return try file.contents()
      } catch {
        throw MetadataFolderError(path, "\(error)")
      }
    }
  }

  /// Writes the files, and removes those of what is not there any more; returns how many there are.
  func write(_ metadata: Metadata) throws -> Int {
    let files = MetadataFolder.files(of: metadata)
    var written: Set<String> = []
    for file in files {
      let path = folder.appending(file.path)
      try path.parent.makeDirectory()
      try path.write(file.contents)
      written.insert(path.text)
    }
    let members = MetadataFolder.memberFileNames.map(folder.appending).filter(\.exists)
    for path in try tableFiles() + members where !written.contains(path.text) {
      try path.remove()
    }
    return files.count
  }

  private func tableFiles() throws -> [FilePath] {
    let databases = folder.appending("databases")
    guard databases.isDirectory else { return [] }
    var files: [FilePath] = []
    for source in try databases.entries() {
      for member in ["tables", "functions"] {
        let folder = databases.appending(source).appending(member)
        guard folder.isDirectory else { continue }
        files += try folder.entries().filter { $0.hasSuffix(".yaml") }.map(folder.appending)
      }
    }
    return files
  }
}
