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
  let pool: PostgresPool
  /// Answers what reads tables.
  let worker: Worker
  let store: MetadataStore
  let reader: CatalogReader
  let library: SchemaLibrary
  let instance: String
  private var turnstile = Turnstile()
  private var documentText = DocumentText()
  private var synchronization: [Task<Void, Never>] = []
  private let listener: PostgresListener

  init(_ configuration: EngineConfiguration, _ snapshots: SnapshotBox, _ worker: Worker) {
    let pool = worker.pool
    self.worker = worker
    self.configuration = configuration
    self.snapshots = snapshots
    self.pool = pool
    loop = pool.loop
    store = MetadataStore(pool: pool)
    reader = CatalogReader(pool: pool)
    library = SchemaLibrary(
      options: SchemaOptions(
        stringifiesNumericTypes: configuration.stringifiesNumericTypes,
        infersFunctionPermissions: configuration.infersFunctionPermissions
      ),
      natives: configuration.nativeFields
    )
    instance = UniqueID.make()
    listener = PostgresListener(
      configuration.database,
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
    if let interval = configuration.schemaSyncInterval {
      synchronization = [
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
    Metadata(sources: [Source(configuration: configuration.sourceConfiguration)]).encoded()
  }

  /// Looks at intervals for changes that other servers on the same database have made.
  ///
  /// Hasura does only that. It is what remains where notifications do not get through.
  private func synchronize(every interval: Duration) async {
    while !Task.isCancelled {
      do {
        try await loop.sleep(for: interval)
        try await adoptOthersChange()
      } catch is CancellationError {
        return
      } catch {
        // The database is away, or another server stored what this one cannot read: the last good
        // state serves on, and the next round tries again.
        continue
      }
    }
  }

  /// Follows the changes of other servers as soon as PostgreSQL tells of them.
  private func listen(retryingAfter interval: Duration) async {
    while !Task.isCancelled {
      do {
        try await listener.open()
        // Something may have changed while nobody listened.
        try await adoptOthersChange()
        while !Task.isCancelled {
          try await listener.next()
          try await adoptOthersChange()
        }
      } catch {
        await listener.close()
        guard (try? await loop.sleep(for: interval)) != nil else { return }
      }
    }
    await listener.close()
  }

  private func adoptOthersChange() async throws {
    guard let version = try await store.resourceVersion(),
      version != snapshots.current?.resourceVersion
    else { return }
    await enter()
    defer { turnstile.leave() }
    guard let stored = try await store.load(),
      stored.resourceVersion != snapshots.current?.resourceVersion
    else { return }
    try await adopt(stored)
  }

  // MARK: - Changes

  /// Waits until no other change is under way; `turnstile.leave()` has to follow.
  func enter() async {
    if turnstile.take() { return }
    await withUnsafeContinuation { turnstile.wait($0) }
  }

  func leave() {
    turnstile.leave()
  }

  /// Publishes a stored document.
  private func adopt(_ stored: MetadataStore.Stored) async throws(HasuraError) {
    let metadata: Metadata
    do {
      metadata = try Metadata(decoding: stored.document)
    } catch {
      throw HasuraError(error)
    }
    let catalog = try await reader.catalog()
    try await publish(metadata, catalog, resourceVersion: stored.resourceVersion)
  }

  /// Stores a changed document and publishes it.
  func commit(
    _ metadata: Metadata,
    _ catalog: Catalog,
    replacing version: Int
  ) async throws(HasuraError) {
    try await commit(try await prepare(metadata, catalog), replacing: version)
  }

  /// Stores the document of a snapshot and publishes it.
  func commit(
    _ prepared: EngineSnapshot,
    replacing version: Int
  ) async throws(HasuraError) {
    let document = await text(of: prepared.metadata)
    let stored: Int?
    do {
      let changes = eventTriggerChanges(to: prepared)
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

  static func conflict(_ version: Int) -> HasuraError {
    HasuraError(
      .conflict,
      "metadata resource version referenced (\(version)) did not match current version",
      httpStatus: 409
    )
  }

  /// Publishes a document that is stored already.
  func publish(
    _ metadata: Metadata,
    _ catalog: Catalog,
    resourceVersion: Int
  ) async throws(HasuraError) {
    publish(try await prepare(metadata, catalog), resourceVersion: resourceVersion)
  }

  private func publish(_ snapshot: EngineSnapshot, resourceVersion: Int) {
    var snapshot = snapshot
    snapshot.resourceVersion = resourceVersion
    snapshots.publish(snapshot)
  }

  /// What the metadata are checked against; `enumTables` are those that may become enums.
  func context(
    _ metadata: Metadata,
    _ catalog: Catalog,
    enumTables: [TableName] = [],
    through connection: PostgresConnection? = nil
  ) async throws(HasuraError) -> DatabaseContext {
    let source = metadata.source(named: "default") ?? Source()
    let tables = source.tables.filter(\.isEnum).map(\.table) + enumTables
    return DatabaseContext(
      catalogs: [source.name: catalog],
      enumValues: [
        source.name: try await reader.enumValues(Set(tables), catalog, through: connection)
      ],
      inspector: library,
      actions: Set(configuration.nativeFields.map(\.name)),
      triggerDefect: configuration.triggerDefect
    )
  }

  /// Checks the document and builds the schema, away from the loop, which goes on serving.
  func prepare(
    _ metadata: Metadata,
    _ catalog: Catalog,
    through connection: PostgresConnection? = nil
  ) async throws(HasuraError) -> EngineSnapshot {
    try await prepare(
      metadata,
      in: try await context(metadata, catalog, through: connection),
      consistency: nil
    )
  }

  /// The same, where it is known what the document is checked against, and perhaps what of it holds.
  func prepare(
    _ metadata: Metadata,
    in context: DatabaseContext,
    consistency known: Consistency?
  ) async throws(HasuraError) -> EngineSnapshot {
    let library = library
    return try await loop.offload { () throws(HasuraError) -> EngineSnapshot in
      let consistency = known ?? Consistency(of: metadata, in: context)
      let catalog = context.catalogs["default"] ?? Catalog()
      let source = consistency.metadata.source(named: "default") ?? Source()
      let values = context.enumValues[source.name] ?? [:]
      let schema: RoleSchema
      do {
        schema = try library.adminSchema(source, catalog, values, ActionSet(consistency.metadata))
      } catch {
        throw HasuraError(.unexpected, "the schema cannot be built", internal: .string("\(error)"))
      }
      return EngineSnapshot(
        generation: 0,
        resourceVersion: 0,
        metadata: metadata,
        catalog: catalog,
        adminSchema: schema,
        roles: RoleSchemas(
          RoleSchemas.Basis(
            catalog: catalog,
            source: source,
            options: library.options,
            hierarchy: RoleHierarchy(consistency.metadata),
            enumValues: values,
            natives: library.natives,
            permittedRoles: Dictionary(
              library.natives.map { ($0.name, consistency.metadata.roles(ofAction: $0.name)) },
              uniquingKeysWith: { first, _ in first }
            ),
            actions: ActionSet(consistency.metadata)
          )
        ),
        saved: SavedQueries(consistency.metadata),
        context: context,
        consistency: consistency,
        isConsistent: consistency.isConsistent && schema.inconsistencies.isEmpty
      )
    }
  }
}
