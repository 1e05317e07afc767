import Catalog
import JSON
import Metadata

extension MetadataAuthority {
  /// Runs a command of the metadata API.
  func run(
    _ call: JSONValue,
    dialect: MetadataRequest.Dialect = .metadata
  ) async -> CommandAnswer {
    do throws(HasuraError) {
      return CommandAnswer(try await result(of: call, dialect))
    } catch {
      return CommandAnswer(error, showingInternal: true)
    }
  }

  func result(
    of call: JSONValue,
    _ dialect: MetadataRequest.Dialect,
    at path: JSONPath = .root
  ) async throws(HasuraError) -> JSONValue {
    let request: MetadataRequest
    do {
      request = try MetadataRequest(parsing: call, dialect: dialect, at: path)
    } catch {
      throw HasuraError(error)
    }
    await enter()
    defer { leave() }
    guard let current = snapshots.current else {
      throw HasuraError(.unexpected, "the engine has not started")
    }
    if let version = request.resourceVersion, version != current.resourceVersion {
      throw Self.conflict(version)
    }
    // What the database has may have changed behind our back, and many a command rests on it.
    let catalog =
      request.command.restsOnCatalog ? try await reader.catalog() : current.catalog
    var editor = MetadataEditor(
      current.metadata,
      in: try await context(
        current.metadata,
        catalog,
        enumTables: request.command.newEnumTables
      ),
      resourceVersion: current.resourceVersion
    )
    let answer: JSONValue
    do {
      answer = try editor.apply(request.command, at: path)
    } catch {
      throw HasuraError(error)
    }
    if editor.isChanged {
      try await commit(editor.metadata, catalog, replacing: current.resourceVersion)
    }
    return answer
  }
}

extension MetadataCommand {
  /// Whether the command has to know what the database has now.
  ///
  /// Permissions, roles, endpoints and saved queries are checked against what was read last, as by
  /// Hasura: reading the catalog would take most of the time that such a change takes.
  fileprivate var restsOnCatalog: Bool {
    switch self {
    case .exportMetadata, .permission, .queryCollection, .endpoint, .setting, .dumpInternalState,
      .setRelationshipComment:
      false
    case .bulk(_, let commands): commands.contains(where: \.restsOnCatalog)
    default: true
    }
  }

  /// The tables that the command may make an enum of, whose values have to be known to do so.
  fileprivate var newEnumTables: [TableName] {
    switch self {
    case .trackTable(let arguments): arguments.isEnum ? [arguments.reference.table] : []
    case .trackTables(let tables, _):
      tables.compactMap { $0.isEnum ? $0.reference.table : nil }
    case .setTableIsEnum(let reference, true): [reference.table]
    case .replaceMetadata(let arguments):
      arguments.metadata.sources.flatMap { $0.tables.filter(\.isEnum).map(\.table) }
    case .bulk(_, let commands): commands.flatMap(\.newEnumTables)
    default: []
    }
  }
}
