import Catalog
package import JSON

/// Applies commands to a document, one after the other, as the metadata API does.
///
/// A command that fails leaves the document as it was. What holds in the databases is computed once
/// for each state of the document, so that a bulk of commands checks each state once.
package struct MetadataEditor: Sendable {
  package private(set) var metadata: Metadata
  package private(set) var context: DatabaseContext
  /// What of the document holds.
  package private(set) var consistency: Consistency
  /// Whether a command has changed the document, or asked for it to be taken as changed.
  package private(set) var isChanged = false
  /// The version of the document before any change, which an export tells.
  package let resourceVersion: Int
  /// Where in the request the arguments of the command stand.
  private(set) var path = JSONPath.root.key("args")
  /// Whether what a command breaks is looked for later, after the whole of an atomic bulk.
  var defersChecks = false

  /// `consistency` is that of the document in the context, where it is known already; else `previous`
  /// may be one that spares work.
  package init(
    _ metadata: Metadata,
    in context: DatabaseContext,
    resourceVersion: Int = 0,
    consistency: Consistency? = nil,
    after previous: Consistency? = nil
  ) {
    self.metadata = metadata
    self.context = context
    self.resourceVersion = resourceVersion
    self.consistency = consistency ?? Consistency(of: metadata, in: context, after: previous)
  }

  static let success: JSONValue = ["message": "success"]

  /// Does what the command says and returns Hasura's answer.
  package mutating func apply(
    _ command: MetadataCommand,
    at path: JSONPath = .root
  ) throws(MetadataError) -> JSONValue {
    let before = self
    let outerPath = self.path
    self.path = path.key("args")
    do {
      let answer = try run(command, at: path)
      self.path = outerPath
      return answer
    } catch {
      self = before
      throw error
    }
  }

  private mutating func run(
    _ command: MetadataCommand,
    at path: JSONPath
  ) throws(MetadataError) -> JSONValue {
    switch command {
    case .trackTable(let arguments): return try trackTable(arguments)
    case .trackTables(let tables, let allowsWarnings):
      return try trackTables(tables, allowsWarnings: allowsWarnings)
    case .untrackTable(let arguments): return try untrackTable(arguments)
    case .untrackTables(let tables, let allowsWarnings):
      return try untrackTables(tables, allowsWarnings: allowsWarnings)
    case .setTableIsEnum(let table, let isEnum):
      return try change(table) { $0.isEnum = isEnum }
    case .setApolloFederation(let table, let configuration):
      return try change(table) { $0.others["apollo_federation_config"] = configuration }
    case .setTableCustomization(let table, let configuration):
      return try change(table) { $0.configuration = configuration }
    case .createRelationship(let table, let kind, let relationship):
      return try createRelationship(relationship, kind, of: table)
    case .dropRelationship(let table, let name, let cascades):
      return try dropRelationship(name, of: table, cascades: cascades)
    case .renameRelationship(let table, let name, let newName):
      return try renameRelationship(name, of: table, to: newName)
    case .setRelationshipComment(let table, let name, let comment):
      return try setComment(comment, onRelationship: name, of: table)
    case .remoteRelationship(let table, let command): return try apply(command, to: table)
    case .suggestRelationships(let source, let tables, let omitsTracked):
      return try suggestRelationships(in: source, tables: tables, omitsTracked: omitsTracked)
    case .getSourceTables(let source): return try sourceTables(source)
    case .getSourceTrackables(let source): throw try trackables(source)
    case .getTableInfo(let source, let table): return try tableInfo(table, in: source)
    case .trackFunction(let reference, let function):
      return try trackFunction(reference, function)
    case .untrackFunction(let reference): return try untrackFunction(reference)
    case .setFunctionCustomization(let reference, let configuration):
      return try setCustomization(configuration, of: reference)
    case .createFunctionPermission(let reference, let role):
      return try createPermission(of: role, for: reference)
    case .dropFunctionPermission(let reference, let role):
      return try dropPermission(of: role, for: reference)
    case .addComputedField(let table, let field): return try addComputedField(field, to: table)
    case .dropComputedField(let table, let name, let cascades):
      return try dropComputedField(name, of: table, cascades: cascades)
    case .permission(let table, let command): return try apply(command, to: table)
    case .queryCollection(let command): return try apply(command)
    case .endpoint(let command): return try apply(command)
    case .setting(let command): return try apply(command)
    case .action(let command): return try apply(command)
    case .trigger(let command): return try apply(command)
    case .nativeQuery(let command): return try apply(command)
    case .source(let command): return try apply(command)
    case .operation:
      throw failure(.notSupported, "the command cannot stand in a bulk of this kind")
    case .exportMetadata(let version): return export(version: version)
    case .replaceMetadata(let arguments): return try replace(arguments)
    case .reloadMetadata(let sources): return try reload(sources)
    case .clearMetadata: return clear()
    case .getInconsistentMetadata: return consistency.encoded()
    case .dropInconsistentMetadata: return dropInconsistencies()
    case .dumpInternalState: return internalState
    case .bulk(let mode, let commands): return try bulk(mode, commands, at: path)
    }
  }

  // MARK: - The document and what holds of it

  /// Puts another document in the place of this one.
  mutating func store(_ metadata: Metadata) {
    self.metadata = metadata
    consistency = Consistency(of: metadata, in: context, after: consistency)
    isChanged = true
  }

  mutating func setCatalog(_ catalog: Catalog, of source: String) {
    context.catalogs[source] = catalog
    context.failures[source] = nil
    consistency = Consistency(of: metadata, in: context, after: consistency)
  }

  /// What is known of a database goes with the name of its source.
  mutating func renameContext(_ name: String, to newName: String) {
    context.catalogs[newName] = context.catalogs.removeValue(forKey: name)
    context.enumValues[newName] = context.enumValues.removeValue(forKey: name)
    context.failures[newName] = context.failures.removeValue(forKey: name)
    context.databases[newName] = context.databases.removeValue(forKey: name)
  }

  /// Counts as a change although nothing has changed, so that other servers look again.
  package mutating func touch() {
    isChanged = true
  }

  /// Looks something up whose absence is told at a member of the arguments.
  func at<Result>(
    _ key: String,
    _ body: (MetadataEditor) throws(MetadataError) -> Result
  ) throws(MetadataError) -> Result {
    var inner = self
    inner.path = path.key(key)
    return try body(inner)
  }

  func failure(
    _ code: MetadataError.Code,
    _ message: String,
    at keys: [String] = [],
    internal: JSONValue? = nil,
    status: Int? = nil
  ) -> MetadataError {
    let place = keys.reduce(path) { $0.key($1) }
    return MetadataError(
      code,
      message,
      path: place.description,
      internal: `internal`,
      status: status
    )
  }

  /// The inconsistencies of a state that another one has not.
  static func newInconsistencies(
    in new: Consistency,
    since old: Consistency
  ) -> [InconsistentObject] {
    let known = Set(old.inconsistencies.flatMap { $0.objects.map(\.id) })
    return new.inconsistencies.filter { object in
      object.isRefused && object.objects.contains { !known.contains($0.id) }
    }
  }

  /// Stores a document whose change was to make one object right.
  ///
  /// If the object does not hold, its own reason is the error, else that of whatever broke by it.
  mutating func store(_ metadata: Metadata, for id: MetadataObject.ID) throws(MetadataError) {
    let old = consistency
    store(metadata)
    if defersChecks { return }
    let new = Self.newInconsistencies(in: consistency, since: old)
    let own = new.filter { $0.objects.contains { $0.id == id } }
    if !own.isEmpty {
      throw failure(
        .invalidConfiguration,
        own.map(\.reason).joined(separator: ", "),
        internal: .array(own.map { $0.encoded() })
      )
    }
    guard new.isEmpty else {
      throw failure(
        .unexpected,
        "cannot continue due to new inconsistent metadata",
        internal: .array(new.map { $0.encoded() }),
        status: 400
      )
    }
  }

  /// Stores a document that has lost something, which must not break anything else.
  mutating func storeRemoval(_ metadata: Metadata) throws(MetadataError) {
    let old = consistency
    store(metadata)
    if defersChecks { return }
    let new = Self.newInconsistencies(in: consistency, since: old)
    guard new.isEmpty else {
      throw failure(
        .unexpected,
        "cannot continue due to newly found inconsistent metadata",
        internal: .array(new.map { $0.encoded() })
      )
    }
  }

  // MARK: - Lookups

  /// The table where it is tracked and holds, and what the database says of it.
  func table(
    _ reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> (tracked: TrackedTable, table: Table, catalog: Catalog) {
    guard let catalog = context.catalogs[reference.source],
      let tracked = consistency.metadata.source(named: reference.source)?.table(reference.table),
      let table = catalog.table(reference.table)
    else {
      throw failure(
        .notExists,
        "table \"\(reference.table)\" does not exist in source: \(reference.source)"
      )
    }
    return (tracked, table, catalog)
  }

  func source(_ name: String) throws(MetadataError) -> (source: Source, catalog: Catalog) {
    guard let source = consistency.metadata.source(named: name),
      let catalog = context.catalogs[name]
    else { throw failure(.notExists, "source with name \"\(name)\" does not exist") }
    return (source, catalog)
  }

  /// The document after a change of one source.
  func metadata(
    changing source: String,
    _ change: (inout Source) -> Void
  ) -> Metadata {
    var metadata = metadata
    guard
      let index = metadata.sources.firstIndex(where: { $0.name.hasSameBytes(as: source) })
    else { return metadata }
    change(&metadata.sources[index])
    return metadata
  }
}
