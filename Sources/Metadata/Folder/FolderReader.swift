import JSON

/// Puts the document together from the files of a folder, following `!include`.
struct FolderReader {
  private static let maximumIncludes = 20

  let file: (String) throws(MetadataFolderError) -> [UInt8]?

  func document() throws(MetadataFolderError) -> JSONValue {
    guard let version = try value("version.yaml"), version["version"]?.int == 3 else {
      throw MetadataFolderError("version.yaml", "expected version: 3")
    }
    guard let sources = try value("databases/databases.yaml") else {
      throw MetadataFolderError("databases/databases.yaml", "is absent")
    }
    var document = version.object ?? JSONObject()
    document["sources"] = sources.isNull ? [] : sources
    for (file, member) in MetadataFolder.memberFiles {
      if let value = try value(file), !value.isNull { document[member] = value }
    }
    if let actions = try value("actions.yaml") {
      for member in MetadataFolder.actionMembers {
        if let value = actions[member], !value.isNull { document[member] = value }
      }
    }
    return .object(document)
  }

  /// What a file says; nil where it is absent.
  private func value(
    _ path: String,
    depth: Int = 0
  ) throws(MetadataFolderError) -> JSONValue? {
    guard let bytes = try file(path) else { return nil }
    // An error of an included file is told as that file's, and not as of this one.
    var included: MetadataFolderError?
    do {
      var reader = try YAMLReader(bytes) { target, event throws(YAMLError) in
        do throws(MetadataFolderError) {
          return try include(target, from: path, depth: depth)
        } catch {
          included = error
          throw YAMLError(error.message, line: event.line, column: event.column)
        }
      }
      return try reader.read()
    } catch {
      throw included ?? MetadataFolderError(path, error.description)
    }
  }

  private func include(
    _ target: String,
    from path: String,
    depth: Int
  ) throws(MetadataFolderError) -> JSONValue {
    guard depth < Self.maximumIncludes else {
      throw MetadataFolderError(path, "files include each other")
    }
    guard let resolved = Self.resolve(target, from: path) else {
      throw MetadataFolderError(path, "\(target) leads out of the folder")
    }
    guard let value = try value(resolved, depth: depth + 1) else {
      throw MetadataFolderError(path, "includes \(resolved), which is absent")
    }
    return value
  }

  /// A path relative to a file, as one relative to the folder.
  static func resolve(_ target: String, from path: String) -> String? {
    guard !target.hasPrefix("/") else { return nil }
    var components = path.split(separator: "/").dropLast().map(String.init)
    for component in target.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": guard components.popLast() != nil else { return nil }
      default: components.append(String(component))
      }
    }
    return components.joined(separator: "/")
  }
}
