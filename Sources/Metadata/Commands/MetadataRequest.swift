package import JSON

/// A request to the metadata API: `{"type": …, "version": …, "resource_version": …, "args": …}`.
package struct MetadataRequest: Hashable, Sendable {
  /// Which endpoint's names and paths are used.
  package enum Dialect: Hashable, Sendable {
    /// `/v1/metadata`: `pg_track_table`, errors at `$.args.table`.
    case metadata
    /// `/v1/query`: `track_table`, errors at `$.table`.
    case query
  }

  package var type: String
  package var command: MetadataCommand
  /// The version that the document must have; nil where any will do.
  package var resourceVersion: Int?

  package init(
    parsing value: JSONValue,
    dialect: Dialect = .metadata,
    at path: JSONPath = .root
  ) throws(MetadataError) {
    let request = JSONCursor(value, at: path)
    type = try request.typeName()
    resourceVersion = try request.optional("resource_version")?.int()
    command = try MetadataCommand(parsing: request, dialect: dialect)
  }

  /// Whether a type names a command that is handled here; `bulk` is one.
  package static func handles(_ type: String, dialect: Dialect) -> Bool {
    if MetadataCommand.knows(type) { return true }
    let (backend, name) = MetadataCommand.split(type)
    return MetadataCommand.knowsTable(name) && (backend != nil || dialect == .query)
  }
}

extension JSONCursor {
  func typeName() throws(MetadataError) -> String {
    _ = try object("Object")
    return try required("type").string()
  }
}
