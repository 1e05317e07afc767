/// A file of a metadata folder that cannot be used.
package struct MetadataFolderError: Error, Hashable, Sendable {
  /// Relative to the folder.
  package var file: String
  package var message: String

  package init(_ file: String, _ message: String) {
    self.file = file
    self.message = message
  }
}

extension MetadataFolderError: CustomStringConvertible {
  package var description: String { "\(file): \(message)" }
}
