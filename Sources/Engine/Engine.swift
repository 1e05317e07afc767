package import EventLoop
package import JSON
import Metadata
package import PostgresClient

/// The GraphQL engine over the served database, those of further sources and that of the metadata.
///
/// Each loop has a worker of its own with connections and plans; the first loop also keeps the
/// metadata. Every method may be called from any loop.
package final class Engine: Sendable {
  let snapshots = SnapshotBox()
  let notices = Notices()
  let workers: [Worker]
  private let authority: MetadataAuthority
  let keepers: [LiveQueryKeeper]
  let streams: [StreamKeeper]
  let desks: [SubscriptionDesk]
  let feeds: ChangeFeeds
  private let actions: ActionProcessor
  private let events: EventKeeper
  private let schedules: ScheduleKeeper
  private let databases: SourceDatabases

  /// `reportChanges` is told, on the first loop, how changes of rows are learnt of.
  package init(
    _ configuration: EngineConfiguration,
    on loops: [EventLoop],
    reportChanges: @escaping @Sendable (ChangeFeedReport) -> Void = { _ in }
  ) {
    precondition(!loops.isEmpty, "an engine needs a loop")
    let (snapshots, notices) = (snapshots, notices)
    let databases = SourceDatabases(main: configuration.database.target, on: loops)
    self.databases = databases
    workers = loops.map { Worker(configuration, snapshots, databases, on: $0) }
    authority = MetadataAuthority(
      configuration,
      snapshots,
      notices,
      workers[0],
      databases,
      loops: loops.count
    )
    let keepers = workers.map {
      LiveQueryKeeper($0.pool, databases, configuration.subscriptions)
    }
    let streams = workers.map { StreamKeeper($0.pool, databases, configuration.subscriptions) }
    let desks = zip(workers, streams).map { SubscriptionDesk($0, keepers, $1) }
    self.keepers = keepers
    self.streams = streams
    self.desks = desks
    let feeds = ChangeFeeds(
      workers[0].pool,
      configuration.subscriptions,
      databases,
      snapshots,
      keepers + streams,
      report: reportChanges
    )
    self.feeds = feeds
    let metadataPool = workers[0].metadataPool
    let actions = ActionProcessor(configuration, snapshots, notices, metadataPool)
    self.actions = actions
    let events = EventKeeper(
      configuration,
      snapshots,
      workers[0].pool,
      databases,
      leases: metadataPool
    )
    self.events = events
    let schedules = ScheduleKeeper(configuration, snapshots, notices, metadataPool)
    self.schedules = schedules
    notices.whenTold(of: .actions) { actions.loop.spawn { await actions.look() } }
    notices.whenTold(of: .schedules) { schedules.loop.spawn { await schedules.look() } }
    snapshots.whenPublished {
      actions.loop.execute { actions.loop.spawn { await actions.look() } }
      schedules.loop.execute { schedules.loop.spawn { await schedules.look() } }
      feeds.loop.execute { feeds.assumeIsolated { $0.follow() } }
      events.loop.execute { events.loop.spawn { await events.follow() } }
      for desk in desks { desk.loop.execute { desk.assumeIsolated { $0.snapshotChanged() } } }
    }
  }

  /// Reads metadata and catalog, and returns when requests can be answered.
  package func start() async throws(HasuraError) {
    try await authority.start()
    await feeds.follow()
    await actions.start()
    await events.start()
    await schedules.start()
  }

  /// Lets what is under way finish and closes the connections.
  package func stop() async {
    await events.stop()
    await schedules.stop()
    await actions.stop()
    await feeds.stop()
    for desk in desks { await desk.close() }
    for keeper in keepers { await keeper.close() }
    for keeper in streams { await keeper.close() }
    await authority.stop()
    await databases.close()
    for worker in workers {
      await worker.pool.close()
      if worker.metadataPool !== worker.pool { await worker.metadataPool.close() }
    }
  }

  /// Answers a GraphQL request on the loop that it came by.
  package func graphql(
    _ request: GraphQLRequest,
    _ session: Session,
    on loop: EventLoop
  ) async -> GraphQLAnswer {
    await worker(of: loop).answer(request, session)
  }

  /// Tells how a GraphQL request would be answered: the SQL, and PostgreSQL's plans for it.
  package func explain(
    _ request: GraphQLRequest,
    _ session: Session,
    on loop: EventLoop
  ) async -> CommandAnswer {
    await worker(of: loop).explain(request, session)
  }

  /// Answers a request to a RESTified endpoint on the loop that it came by.
  package func rest(
    _ request: RESTRequest,
    _ session: Session,
    on loop: EventLoop
  ) async -> CommandAnswer {
    await worker(of: loop).answer(request, session)
  }

  /// Lists the saved queries that a session's role can run.
  package func savedQueries(_ session: Session, on loop: EventLoop) async -> CommandAnswer {
    await worker(of: loop).listSavedQueries(session)
  }

  /// The endpoints as an OpenAPI document, for an administrator.
  package func openAPI() -> JSONValue {
    snapshots.current.map(OpenAPIDocument.make) ?? .null
  }

  /// Runs a command of the metadata API, for an administrator.
  package func metadata(_ call: JSONValue) async -> CommandAnswer {
    await authority.run(call)
  }

  /// Runs a command of the query API: `run_sql` for an administrator, `select` for any role.
  package func query(_ call: JSONValue, _ session: Session) async -> CommandAnswer {
    await authority.query(call, session)
  }

  package func health() async -> Health {
    await authority.health()
  }

  /// A number that grows whenever the metadata, or what they name in the database, have changed.
  package var generation: Int { snapshots.generation }

  /// A member of the metadata that is kept as it came, such as `cron_triggers`.
  package func metadataMember(_ name: String) -> JSONValue? {
    snapshots.current?.consistency.metadata.others[name]
  }

  /// What the connections to the main database do, of all loops together.
  package func connectionStatistics() async -> PoolStatistics {
    var sum = PoolStatistics(open: 0, idle: 0, waiting: 0)
    for worker in workers {
      for access in Access.allCases {
        let part = await worker.pool.statistics(access)
        sum.open += part.open
        sum.idle += part.idle
        sum.waiting += part.waiting
      }
    }
    return sum
  }

  /// The connections of a loop, for what else works on the database.
  package func pool(of loop: EventLoop) -> PostgresPool { worker(of: loop).pool }

  /// Whether the role of a session has a field of subscriptions.
  package func offersSubscription(
    _ field: String,
    to session: Session,
    on loop: EventLoop
  ) async -> Bool {
    await worker(of: loop).offersSubscription(field, session)
  }

  /// Where the database of a source is; nil where there is no such source, or nobody can tell.
  package func target(ofSource name: String) -> ConnectionString? {
    guard let number = snapshots.current?.context.databases[name] else { return nil }
    let database = DatabaseID(number)
    let pool = workers[0].pool
    return database == .main
      ? pool.configuration.target
      : databases.pool(of: database, on: pool.loop)?.configuration.target
  }

  func desk(of loop: EventLoop) -> SubscriptionDesk {
    desks.first { $0.loop === loop } ?? desks[0]
  }

  private func worker(of loop: EventLoop) -> Worker {
    workers.first { $0.loop === loop } ?? workers[0]
  }
}

/// The answer to a command of the metadata or of the query API.
package struct CommandAnswer: Sendable {
  package var status: Int
  /// JSON.
  package var body: [UInt8]
  /// What goes into the head of the answer.
  package var headers: [WebhookHeaderField] = []
  /// Whether it is the answer to an earlier request.
  package var isReplay = false

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  init(_ value: JSONValue) {
    status = 200
    body = value.serialized
  }

  init(_ error: HasuraError, showingInternal: Bool) {
    status = error.httpStatus
    body = error.answer(.plain, showingInternal: showingInternal)
  }
}

package enum Health: Hashable, Sendable {
  case good
  /// The metadata name what the database does not have.
  case inconsistentMetadata
  case unreachableMetadata
}
