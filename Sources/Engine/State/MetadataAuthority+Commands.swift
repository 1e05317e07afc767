import Catalog
import EventLoop
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
    if let operation = request.command.operation {
      return try await perform(operation, at: path)
    }
    if let calls = request.separateCalls(call) {
      var answers: [JSONValue] = []
      for (index, call) in calls.enumerated() {
        answers.append(
          try await result(of: call, dialect, at: path.key("args").index(index))
        )
      }
      return .array(answers)
    }
    let current = try await enterUpToDate()
    defer {
      forgetDatabases()
      leave()
    }
    if let version = request.resourceVersion, version != current.resourceVersion {
      throw Self.conflict(version)
    }
    if configuration.validatesNativeQueries, case .nativeQuery(let command) = request.command,
      let new = command.newQuery
    {
      try await validate(new.query, in: new.source, at: path)
    }
    let (editor, answer) = try await edit(current, by: request.command, at: path)
    if editor.isChanged {
      try checkMaintenance()
      var prepared = try await prepare(
        editor.metadata,
        in: editor.context,
        consistency: editor.consistency
      )
      if !request.command.takesConflicts {
        let known = Set(current.adminSchema.rootConflicts)
        let new = prepared.adminSchema.rootConflicts.filter { !known.contains($0) }
        if let first = new.first {
          throw HasuraError(
            .unexpected,
            RootConflict.message(new.filter { $0.root == first.root }),
            path: path.key("args").description,
            httpStatus: 500
          )
        }
      }
      prepared.isReloaded = request.command.isReload
      try await commit(prepared, replacing: current.resourceVersion)
    }
    // Triggers that others have dropped are made again.
    if request.command.isReload { try? await restoreEventTriggers() }
    if case .action(.drop(let action, true)) = request.command {
      try await ActionLog(pool: store.pool).clear(action)
    }
    return answer
  }

  /// Applies a command to a copy of the document, away from the loop, which goes on serving.
  private func edit(
    _ current: EngineSnapshot,
    by command: MetadataCommand,
    at path: JSONPath
  ) async throws(HasuraError) -> (MetadataEditor, JSONValue) {
    var context = current.context
    var consistency: Consistency? = current.consistency
    if command.restsOnCatalog {
      // What the database has may have changed behind our back, and the command rests on it.
      context = try await self.context(
        current.metadata,
        with: command.connectedSources(current.metadata),
        enumTables: command.newEnumTables
      )
      consistency = nil
    }
    let (known, against, previous) = (consistency, context, current.consistency)
    return try await loop.offload { () throws(HasuraError) -> (MetadataEditor, JSONValue) in
      var editor = MetadataEditor(
        current.metadata,
        in: against,
        resourceVersion: current.resourceVersion,
        consistency: known,
        after: previous
      )
      let answer: JSONValue
      do throws(MetadataError) {
        answer = try editor.apply(command, at: path)
      } catch {
        throw HasuraError(error)
      }
      return (editor, answer)
    }
  }
}

extension MetadataCommand {
  /// Whether it asks for what is known of the databases to be read anew.
  fileprivate var isReload: Bool {
    switch self {
    case .reloadMetadata: true
    case .bulk(_, let commands): commands.contains(where: \.isReload)
    default: false
    }
  }

  /// Whether root fields of one name are told as inconsistencies, and are no reason to refuse.
  fileprivate var takesConflicts: Bool {
    switch self {
    case .replaceMetadata, .clearMetadata, .reloadMetadata, .dropInconsistentMetadata: true
    default: false
    }
  }
}

extension MetadataRequest {
  /// The commands of a bulk that have to be carried out one by one, since one of them is no change.
  fileprivate func separateCalls(_ call: JSONValue) -> [JSONValue]? {
    guard case .bulk(.bulk, let commands) = command,
      commands.contains(where: { $0.operation != nil })
    else { return nil }
    return call["args"]?.array
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
      .setRelationshipComment, .operation, .trigger(.createCron), .trigger(.deleteCron),
      .trigger(.getCrons), .source(.listKinds), .source(.kindCapabilities):
      false
    case .bulk(_, let commands): commands.contains(where: \.restsOnCatalog)
    default: true
    }
  }

  /// The sources whose databases the command has to know, as they would be after it.
  fileprivate func connectedSources(_ metadata: Metadata) -> [Source] {
    switch self {
    case .source(let command): return command.connecting(metadata).map { [$0] } ?? []
    case .replaceMetadata(let arguments):
      guard arguments.isUnsourced, let known = metadata.source(named: "default") else {
        return arguments.metadata.sources
      }
      return arguments.metadata.sources.map { source in
        var source = source
        source.configuration = known.configuration
        return source
      }
    case .bulk(_, let commands): return commands.flatMap { $0.connectedSources(metadata) }
    default: return []
    }
  }

  /// The tables that the command may make an enum of, whose values have to be known to do so.
  fileprivate var newEnumTables: [String: [TableName]] {
    switch self {
    case .trackTable(let arguments):
      arguments.isEnum ? [arguments.reference.source: [arguments.reference.table]] : [:]
    case .trackTables(let tables, _):
      Dictionary(grouping: tables.filter(\.isEnum), by: \.reference.source)
        .mapValues { $0.map(\.reference.table) }
    case .setTableIsEnum(let reference, true): [reference.source: [reference.table]]
    case .bulk(_, let commands):
      commands.map(\.newEnumTables).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    default: [:]
    }
  }
}
