import Catalog
import EventLoop
import JSON
import Metadata
import PostgresClient

/// Keeps the metadata: reads, changes and stores them, and publishes what follows from them.
///
/// Changes happen one after the other. Each is checked against the database as it is then, stored if
/// nobody else has stored another meanwhile, and becomes visible to all loops at once.
actor MetadataAuthority {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let configuration: EngineConfiguration
  let snapshots: SnapshotBox
  /// The connections to the served database; those to that with the metadata are the store's.
  let pool: PostgresPool
  /// Answers what reads tables.
  let worker: Worker
  let store: MetadataStore
  /// The database with the metadata; nil where no source is reached by its connections.
  let metadataDatabase: DatabaseID?
  let reader: CatalogReader
  let library: SchemaLibrary
  let databases: SourceDatabases
  let resolver: SourceResolver
  let instance: String
  private var turnstile = Turnstile()
  private var documentText = DocumentText()
  private var synchronization: [Task<Void, Never>] = []
  let listener: PostgresListener
  let notices: Notices

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ notices: Notices,
    _ worker: Worker,
    _ databases: SourceDatabases,
    loops: Int
  ) {
    let pool = worker.pool
    self.databases = databases
    resolver = SourceResolver(
      main: configuration.database,
      servesMain: configuration.sourceConfiguration != nil,
      environment: configuration.environment,
      secretPathPrefix: configuration.secretPathPrefix,
      databases: databases,
      loops: loops
    )
    self.worker = worker
    self.configuration = configuration
    self.snapshots = snapshots
    self.notices = notices
    self.pool = pool
    loop = pool.loop
    store = MetadataStore(pool: worker.metadataPool)
    metadataDatabase = worker.metadataPool === pool ? .main : nil
    reader = CatalogReader(pool: pool)
    library = SchemaLibrary(
      options: SchemaOptions(
        stringifiesNumericTypes: configuration.stringifiesNumericTypes,
        infersFunctionPermissions: configuration.infersFunctionPermissions,
        allowsNamingConventions: configuration.allowsNamingConventions,
        defaultNamingConvention: configuration.defaultNamingConvention,
        servesApolloFederation: configuration.servesApolloFederation
      ),
      natives: configuration.nativeFields
    )
    instance = UniqueID.make()
    listener = PostgresListener(
      configuration.metadataDatabase ?? configuration.database,
      channel: MetadataStore.channel,
      on: pool.loop
    )
  }

  // MARK: - Start and end

  func start() async throws(HasuraError) {
    do {
      try await store.prepare()
      var stored = try await store.load()
      if stored == nil { stored = try await store.initialize(initialDocument) }
      guard let stored else { return }
      try await adopt(stored)
      try await restoreEventTriggers()
    } catch let error as PostgresError {
      throw HasuraError(error)
    } catch let error as HasuraError {
      throw error
    } catch {
      throw HasuraError(.unexpected, "\(error)")
    }
    let interval = configuration.sourceRetryInterval
    synchronization = [loop.spawn { await self.awaitAbsentSources(every: interval) }]
    if let interval = configuration.schemaSyncInterval {
      synchronization += [
        loop.spawn { await self.synchronize(every: interval) },
        loop.spawn { await self.listen(retryingAfter: interval) },
      ]
    }
  }

  func stop() async {
    for task in synchronization { task.cancel() }
    synchronization = []
    await listener.close()
  }

  func health() async -> Health {
    guard let current = snapshots.current, (try? await store.resourceVersion()) != nil else {
      return .unreachableMetadata
    }
    return current.isConsistent ? .good : .inconsistentMetadata
  }

  private var initialDocument: JSONValue {
    Metadata(sources: configuration.sourceConfiguration.map { [Source(configuration: $0)] } ?? [])
      .encoded()
  }

  // MARK: - Changes

  /// Waits until no other change is under way; `turnstile.leave()` has to follow.
  func enter() async {
    await withUnsafeContinuation { continuation in
      if turnstile.take() { continuation.resume() } else { turnstile.wait(continuation) }
    }
  }

  func leave() {
    turnstile.leave()
  }

  /// Publishes a stored document.
  func adopt(_ stored: MetadataStore.Stored) async throws(HasuraError) {
    let metadata: Metadata
    do {
      metadata = try Metadata(decoding: stored.document)
    } catch {
      throw HasuraError(error)
    }
    let context = try await context(metadata)
    publish(
      try await prepare(metadata, in: context, consistency: nil),
      resourceVersion: stored.resourceVersion
    )
  }

  /// Stores the document of a snapshot and publishes it.
  func commit(
    _ prepared: EngineSnapshot,
    replacing version: Int
  ) async throws(HasuraError) {
    let document = await text(of: prepared.metadata)
    let stored: Int?
    try await changeEventTriggersElsewhere(to: prepared)
    do {
      let changes = metadataDatabase.map { eventTriggerChanges(to: prepared, of: $0) } ?? []
      stored = try await store.store(
        document,
        replacing: version,
        instance: instance,
        after: changes
      )
    } catch {
      throw HasuraError(error)
    }
    guard let stored else { throw Self.conflict(version) }
    publish(prepared, resourceVersion: stored)
  }

  /// The document as it is stored; written away from the loop, for there may be megabytes of it.
  func text(of metadata: Metadata) async -> [UInt8] {
    let known = documentText
    let (text, next) = await loop.offload {
      var next = known
      return (next.text(of: metadata), next)
    }
    documentText = next
    return text
  }

  /// Refuses a change where the operator wants none.
  func checkMaintenance() throws(HasuraError) {
    guard configuration.isInMaintenance else { return }
    throw HasuraError(
      .unexpected,
      "metadata cannot be modified in maintenance mode",
      httpStatus: 500
    )
  }

  static func conflict(_ version: Int) -> HasuraError {
    HasuraError(
      .conflict,
      "metadata resource version referenced (\(version)) did not match current version",
      httpStatus: 409
    )
  }

  func publish(_ snapshot: EngineSnapshot, resourceVersion: Int) {
    var snapshot = snapshot
    snapshot.resourceVersion = resourceVersion
    snapshots.publish(snapshot)
    forgetDatabases()
  }

  /// Closes the connections to databases that are no source's any more.
  func forgetDatabases() {
    guard let current = snapshots.current else { return }
    databases.keep(Set(current.context.databases.values.map { DatabaseID($0) }))
  }

  /// What the metadata are checked against: what the databases of all their sources have.
  ///
  /// `others` are sources that a command is about to add or to change, and `enumTables` tables, by
  /// source, that may become enums. A source whose database cannot be read has no catalog, and takes
  /// nothing else down.
  func context(
    _ metadata: Metadata,
    with others: [Source] = [],
    enumTables: [String: [TableName]] = [:]
  ) async throws(HasuraError) -> DatabaseContext {
    var context = emptyContext
    var sources = metadata.sources
    for other in others {
      sources.removeAll { $0.name == other.name }
      sources.append(other)
    }
    for source in sources {
      try await look(at: source, enumTables[source.name] ?? [], into: &context)
    }
    return context
  }

  /// Reads what the database of a source has, or why it cannot be read.
  func look(
    at source: Source,
    _ enumTables: [TableName] = [],
    into context: inout DatabaseContext
  ) async throws(HasuraError) {
    context.failures[source.name] = nil
    let database: DatabaseID
    let reader: CatalogReader
    do throws(SourceResolver.Failure) {
      database = try resolver.database(of: source)
      context.databases[source.name] = database.number
      reader = try catalogReader(of: database)
    } catch {
      context.failures[source.name] = error.message
      return
    }
    do throws(HasuraError) {
      try await read(source, enumTables, by: reader, into: &context)
    } catch {
      // The metadata's own database has to be there, whatever is tracked.
      if database == metadataDatabase { throw error }
      // What is wrong on the way there is with the error, not in its message.
      let reason = (error.internal?.string ?? error.message).split(whereSeparator: \.isWhitespace)
      context.failures[source.name] = "connection error: " + reason.joined(separator: " ")
    }
  }

  var emptyContext: DatabaseContext {
    DatabaseContext(
      catalogs: [:],
      inspector: library,
      actions: Set(configuration.nativeFields.map(\.name)),
      triggerDefect: configuration.triggerDefect
    )
  }

  private func read(
    _ source: Source,
    _ enumTables: [TableName],
    by reader: CatalogReader,
    into context: inout DatabaseContext
  ) async throws(HasuraError) {
    let known = snapshots.current?.context.catalogs[source.name]
    let catalog = try await reader.catalog(sharing: known)
    let tables = source.tables.filter(\.isEnum).map(\.table) + enumTables
    context.enumValues[source.name] = try await reader.enumValues(Set(tables), catalog)
    context.catalogs[source.name] = catalog
  }

  /// Reads the catalog of a source's database.
  func catalogReader(of database: DatabaseID) throws(SourceResolver.Failure) -> CatalogReader {
    if database == .main { return reader }
    guard let pool = databases.pool(of: database, on: loop) else {
      throw SourceResolver.Failure(message: "the source is gone")
    }
    return CatalogReader(pool: pool)
  }

  /// The connections of this loop to the database of a source of the current metadata.
  func pool(ofSource name: String) throws(HasuraError) -> PostgresPool {
    guard let current = snapshots.current, current.metadata.source(named: name) != nil else {
      throw HasuraError(
        .notExists,
        "source with name \"\(name)\" does not exist",
        path: "$.args.source"
      )
    }
    let database = current.context.databases[name].map { DatabaseID($0) }
    if database == .main { return pool }
    guard let database, let pool = databases.pool(of: database, on: loop) else {
      throw HasuraError(
        .unexpected,
        current.context.failures[name] ?? "the database of the source cannot be reached",
        path: "$.args.source"
      )
    }
    return pool
  }

  /// Checks the document and builds the schema, away from the loop, which goes on serving.
  ///
  /// What of the document holds may be known already.
  func prepare(
    _ metadata: Metadata,
    in context: DatabaseContext,
    consistency known: Consistency?
  ) async throws(HasuraError) -> EngineSnapshot {
    let library = library
    let previous = snapshots.current?.consistency
    let eventDatabases = context.databases.mapValues { databases.home(of: DatabaseID($0)) }
    return try await loop.offload { () throws(HasuraError) -> EngineSnapshot in
      let consistency = known ?? Consistency(of: metadata, in: context, after: previous)
      let sources = SchemaSource.all(of: consistency.metadata, in: context)
      let actions = ActionSet(consistency.metadata)
      let schema: RoleSchema
      do {
        schema = try library.adminSchema(sources, actions)
      } catch {
        throw HasuraError(.unexpected, "the schema cannot be built", internal: .string("\(error)"))
      }
      return EngineSnapshot(
        generation: 0,
        resourceVersion: 0,
        metadata: metadata,
        adminSchema: schema,
        roles: RoleSchemas(
          RoleSchemas.Basis(
            sources: sources,
            options: library.options,
            hierarchy: RoleHierarchy(consistency.metadata),
            natives: library.natives,
            permittedRoles: Dictionary(
              library.natives.map { ($0.name, consistency.metadata.roles(ofAction: $0.name)) },
              uniquingKeysWith: { first, _ in first }
            ),
            actions: actions
          )
        ),
        saved: SavedQueries(consistency.metadata),
        context: context,
        consistency: consistency,
        eventDatabases: eventDatabases,
        isConsistent: consistency.isConsistent && schema.inconsistencies.isEmpty
      )
    }
  }
}
