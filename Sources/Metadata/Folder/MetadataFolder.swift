import JSON

/// A document as a folder of YAML files, in the layout of the Hasura CLI's version 3.
///
/// It does no I/O: whoever reads or writes hands over what is in the files, or puts it there.
package enum MetadataFolder {
  package struct File: Hashable, Sendable {
    /// Relative to the folder, with `/`.
    package var path: String
    package var contents: [UInt8]
  }

  /// The files of members that stand at the top of the folder.
  static let memberFiles: [(file: String, member: String)] = [
    ("remote_schemas.yaml", "remote_schemas"), ("query_collections.yaml", "query_collections"),
    ("allow_list.yaml", "allowlist"), ("cron_triggers.yaml", "cron_triggers"),
    ("rest_endpoints.yaml", "rest_endpoints"), ("api_limits.yaml", "api_limits"),
    ("metrics_config.yaml", "metrics_config"), ("inherited_roles.yaml", "inherited_roles"),
    ("graphql_schema_introspection.yaml", "graphql_schema_introspection"),
    ("network.yaml", "network"), ("backend_configs.yaml", "backend_configs"),
    ("opentelemetry.yaml", "opentelemetry"),
  ]

  /// The files at the top of the folder that a document may have, or not.
  package static var memberFileNames: [String] { memberFiles.map(\.file) + ["actions.yaml"] }

  /// Both stand in `actions.yaml`.
  static let actionMembers = ["actions", "custom_types"]

  /// Reads the document from its files; `file` gives the bytes of one, or nil where it is absent.
  package static func read(
    _ file: @escaping (_ path: String) throws(MetadataFolderError) -> [UInt8]?
  ) throws(MetadataFolderError) -> Metadata {
    let document = try FolderReader(file: file).document()
    do throws(MetadataError) {
      return try Metadata(decoding: document)
    } catch {
      throw MetadataFolderError("databases/databases.yaml", "\(error.path): \(error.message)")
    }
  }

  /// The files that the document comes to, one for each table.
  package static func files(of metadata: Metadata) -> [File] {
    var files: [File] = []
    var document = metadata.encoded().object ?? JSONObject()
    let sources = document["sources"]?.array ?? []
    document["sources"] = nil
    files.append(
      File(
        path: "databases/databases.yaml",
        contents: YAMLWriter.document(.array(sources.map { split($0, into: &files) }))
      )
    )
    for (file, member) in memberFiles {
      guard let value = document[member] else { continue }
      files.append(File(path: file, contents: YAMLWriter.document(value)))
      document[member] = nil
    }
    var actions = JSONObject()
    for member in actionMembers {
      guard let value = document[member] else { continue }
      actions.append(member, value)
      document[member] = nil
    }
    if !actions.isEmpty {
      files.append(File(path: "actions.yaml", contents: YAMLWriter.document(.object(actions))))
    }
    // The version, and with it members that have no file of their own.
    files.append(File(path: "version.yaml", contents: YAMLWriter.document(.object(document))))
    return files.sorted { $0.path.precedes($1.path) }
  }

  /// Moves tables and functions of a source to files of their own and leaves `!include` behind.
  private static func split(_ source: JSONValue, into files: inout [File]) -> JSONValue {
    guard var members = source.object else { return source }
    let folder = fileName(members["name"]?.string ?? "default")
    for (member, key) in [("tables", "table"), ("functions", "function")] {
      guard let list = members[member]?.array else { continue }
      var names: Set<String> = []
      var includes: [JSONValue] = []
      for element in list {
        let schema = element[key]?["schema"]?.string ?? "public"
        let name = element[key]?["name"]?.string ?? ""
        var file = fileName("\(schema)_\(name)")
        while !names.insert(file).inserted { file += "_" }
        files.append(
          File(
            path: "databases/\(folder)/\(member)/\(file).yaml",
            contents: YAMLWriter.document(element)
          )
        )
        includes.append(.string("!include \(file).yaml"))
      }
      files.append(
        File(
          path: "databases/\(folder)/\(member)/\(member).yaml",
          contents: YAMLWriter.document(.array(includes))
        )
      )
      members[member] = .string("!include \(folder)/\(member)/\(member).yaml")
    }
    return .object(members)
  }

  /// A name without what a file's name cannot have, or should not.
  private static func fileName(_ name: String) -> String {
    let scalars = name.unicodeScalars.map { scalar in
      let isUsable = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      return isUsable || "_-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    return scalars.isEmpty ? "_" : String(scalars)
  }
}
