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
    // What the database has may have changed behind our back, and a command rests on it.
    let catalog = request.command.isReadOnly ? current.catalog : try await reader.catalog()
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
  /// Whether the command only tells what is known.
  fileprivate var isReadOnly: Bool {
    switch self {
    case .exportMetadata: true
    case .bulk(_, let commands): commands.allSatisfy(\.isReadOnly)
    default: false
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
