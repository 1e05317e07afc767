import Catalog
import JSON

extension MetadataEditor {
  // MARK: - One table

  func checkTrackable(_ arguments: MetadataCommand.TrackTable) throws(MetadataError) {
    let name = arguments.reference.table
    let (source, _) = try source(arguments.reference.source)
    guard source.table(name) == nil else {
      throw failure(.alreadyTracked, "view/table already tracked: \"\(name)\"")
    }
    guard !source.functions.contains(where: { $0.function == name }) else {
      throw failure(.notSupported, "function with name \"\(name)\" already exists")
    }
  }

  /// The document with the tables; an entry of the same table that does not hold is replaced.
  func tracking(_ tables: [MetadataCommand.TrackTable], in metadata: Metadata) -> Metadata {
    var metadata = metadata
    for index in metadata.sources.indices {
      let name = metadata.sources[index].name
      let added = tables.filter { $0.reference.source.hasSameBytes(as: name) }
      let names = Set(added.map(\.reference.table))
      metadata.sources[index].tables.removeAll { names.contains($0.table) }
      metadata.sources[index].tables += added.map { arguments in
        TrackedTable(
          arguments.reference.table,
          isEnum: arguments.isEnum,
          configuration: arguments.configuration,
          others: arguments.others
        )
      }
    }
    return metadata
  }

  mutating func trackTable(
    _ arguments: MetadataCommand.TrackTable
  ) throws(MetadataError) -> JSONValue {
    try checkTrackable(arguments)
    try store(tracking([arguments], in: metadata), for: arguments.reference.id)
    return Self.success
  }

  mutating func untrackTable(
    _ arguments: MetadataCommand.UntrackTable
  ) throws(MetadataError) -> JSONValue {
    try checkTracked(arguments)
    let dependents = indirectDependents(of: arguments.reference)
    let remote = remoteDependents(of: arguments.reference)
    guard dependents.isEmpty && remote.isEmpty || arguments.cascades else {
      throw dependencyFailure(dependents, in: arguments.reference.source, remote)
    }
    try storeRemoval(untracking(arguments, dependents, remote))
    return Self.success
  }

  func checkTracked(_ arguments: MetadataCommand.UntrackTable) throws(MetadataError) {
    let reference = arguments.reference
    let source = consistency.metadata.source(named: reference.source)
    guard source?.table(reference.table) != nil else {
      throw failure(.alreadyUntracked, "view/table already untracked: \"\(reference.table)\"")
    }
  }

  func untracking(
    _ arguments: MetadataCommand.UntrackTable,
    _ dependents: [SchemaObject],
    _ remote: [RemoteDependent]
  ) -> Metadata {
    var changed = metadata(changing: arguments.reference.source) { source in
      for dependent in dependents { source.purge(dependent) }
      source.purge(.table(arguments.reference.table))
    }
    changed.purge(remote)
    return changed
  }

  /// What of other sources depends on a table.
  private func remoteDependents(
    of reference: MetadataCommand.TableReference
  ) -> [RemoteDependent] {
    consistency.metadata.remoteDependents(of: [.table(reference.table)], in: reference.source)
  }

  /// What depends on a table without belonging to it.
  func indirectDependents(of reference: MetadataCommand.TableReference) -> [SchemaObject] {
    guard let source = consistency.metadata.source(named: reference.source),
      let catalog = context.catalogs[reference.source]
    else { return [] }
    return Dependencies(source, catalog: catalog)
      .dependents(of: .table(reference.table))
      .filter { $0.table != reference.table }
  }

  func dependencyFailure(
    _ dependents: [SchemaObject],
    in source: String,
    _ remote: [RemoteDependent] = []
  ) -> MetadataError {
    failure(.dependencyError, dependencyMessage(dependents, in: source, remote))
  }

  func dependencyMessage(
    _ dependents: [SchemaObject],
    in source: String,
    _ remote: [RemoteDependent]
  ) -> String {
    "cannot drop due to the following dependent objects: \(list(dependents, in: source, remote))"
  }

  func list(
    _ objects: [SchemaObject],
    in source: String,
    _ remote: [RemoteDependent] = []
  ) -> String {
    (objects.map { $0.description(in: source) } + remote.map(\.description))
      .sorted { $0.precedes($1) }
      .joined(separator: ", ")
  }

  /// Changes a table that is tracked, which must hold afterwards as must everything else.
  mutating func change(
    _ reference: MetadataCommand.TableReference,
    _ change: (inout TrackedTable) -> Void
  ) throws(MetadataError) -> JSONValue {
    _ = try table(reference)
    let changed = metadata(changing: reference.source) { $0.update(reference.table, change) }
    try store(changed, for: reference.id)
    return Self.success
  }

  // MARK: - Several tables

  mutating func trackTables(
    _ tables: [MetadataCommand.TrackTable],
    allowsWarnings: Bool
  ) throws(MetadataError) -> JSONValue {
    try checkForRepetition(tables.map(\.reference))
    var warnings = MetadataWarnings(code: "track-table-failed")
    var accepted: [MetadataCommand.TrackTable] = []
    for arguments in tables {
      do {
        try checkTrackable(arguments)
        accepted.append(arguments)
      } catch {
        warnings.add(error.message, about: arguments.reference.id)
      }
    }
    let failures = track(accepted)
    for arguments in accepted {
      guard let reasons = failures[arguments.reference.id] else { continue }
      warnings.add(reasons, about: arguments.reference.id)
    }
    return try answer(to: tables.count, warnings, "track", allowsWarnings: allowsWarnings)
  }

  /// Tracks those tables that hold; why the others do not is returned.
  ///
  /// All are checked at once: one by one, each would cost as much as all that are tracked already.
  private mutating func track(
    _ tables: [MetadataCommand.TrackTable]
  ) -> [MetadataObject.ID: String] {
    guard !tables.isEmpty else { return [:] }
    let (before, old) = (metadata, consistency)
    store(tracking(tables, in: before))
    let new = Self.newInconsistencies(in: consistency, since: old)
    guard !new.isEmpty else { return [:] }
    var failures: [MetadataObject.ID: String] = [:]
    for inconsistency in new {
      for object in inconsistency.objects { failures[object.id] = inconsistency.reason }
    }
    store(tracking(tables.filter { failures[$0.reference.id] == nil }, in: before))
    return failures
  }

  /// Tables that go together may depend on each other.
  mutating func untrackTables(
    _ tables: [MetadataCommand.UntrackTable],
    allowsWarnings: Bool
  ) throws(MetadataError) -> JSONValue {
    try checkForRepetition(tables.map(\.reference))
    var warnings = MetadataWarnings(code: "untrack-table-failed")
    typealias Leaving = (
      arguments: MetadataCommand.UntrackTable, dependents: [SchemaObject],
      remote: [RemoteDependent]
    )
    var accepted: [Leaving] = []
    for arguments in tables {
      do {
        try checkTracked(arguments)
      } catch {
        warnings.add(error.message, about: arguments.reference.id)
        continue
      }
      let source = arguments.reference.source
      let leaving = tables.map(\.reference).filter { $0.source == source }.map(\.table)
      let dependents = indirectDependents(of: arguments.reference)
      let staying = dependents.filter { !($0.table.map(leaving.contains) ?? false) }
      let remote = remoteDependents(of: arguments.reference)
      let stayingRemote = remote.filter { dependent in
        !tables.contains {
          $0.reference.source == dependent.source
            && $0.reference.table == dependent.object.table
        }
      }
      if staying.isEmpty && stayingRemote.isEmpty || arguments.cascades {
        accepted.append((arguments, dependents, remote))
      } else {
        warnings.add(
          dependencyMessage(dependents, in: source, remote),
          about: arguments.reference.id
        )
      }
    }
    for (arguments, dependents, remote) in accepted {
      store(untracking(arguments, dependents, remote))
    }
    return try answer(to: tables.count, warnings, "untrack", allowsWarnings: allowsWarnings)
  }

  private func checkForRepetition(
    _ references: [MetadataCommand.TableReference]
  ) throws(MetadataError) {
    var seen: Set<MetadataCommand.TableReference> = []
    var repeated: [String] = []
    for reference in references where !seen.insert(reference).inserted {
      repeated.append("\(reference.source).\(reference.table)")
    }
    guard repeated.isEmpty else {
      throw MetadataError(
        .badRequest,
        "The following tables occur more than once in the request: "
          + repeated.joined(separator: ", "),
        path: path.key("tables").description
      )
    }
  }

  private func answer(
    to count: Int,
    _ warnings: MetadataWarnings,
    _ verb: String,
    allowsWarnings: Bool
  ) throws(MetadataError) -> JSONValue {
    if warnings.list.count == count {
      throw failure(
        .invalidConfiguration,
        "all tables failed to \(verb)",
        internal: .array(warnings.list)
      )
    }
    guard !warnings.list.isEmpty else { return Self.success }
    guard allowsWarnings else {
      throw failure(
        .metadataWarnings,
        "failed due to metadata warnings",
        internal: .array(warnings.list)
      )
    }
    return ["message": "success", "warnings": .array(warnings.list)]
  }
}

extension MetadataCommand.TableReference {
  var id: MetadataObject.ID { .table(source: source, table) }
}
