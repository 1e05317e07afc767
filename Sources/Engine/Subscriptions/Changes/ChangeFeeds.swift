import EventLoop
import Metadata
import PostgresClient
import Synchronization

/// Keeps a feed of changes for every database that sources are of.
///
/// Sources that are reached by the same address share one, and with it a slot of replication; where
/// their metadata differ in what may be used, those of the first of them count. The feed of the metadata's
/// database runs from the start; that of another begins when a source is there whose tables could be read,
/// and ends with the last one.
actor ChangeFeeds {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  nonisolated let options: SubscriptionOptions
  private let pool: PostgresPool
  private let databases: SourceDatabases
  private let snapshots: SnapshotBox
  private let listeners: [any ChangeListener]
  private let report: @Sendable (ChangeFeedReport) -> Void
  private var feeds: [DatabaseID: ChangeFeed] = [:]
  private let published = Mutex(Published())
  private var isStopped = false

  /// What other threads may look at.
  private struct Published {
    var main: ChangeFeed?
    /// In the order of the metadata; without a feed where the database is not known.
    var sources: [(name: String, feed: ChangeFeed?)] = []
  }

  /// What the metadata say of one database.
  private struct Followed {
    var sources: [String]
    var options: ChangeOptions
  }

  init(
    _ pool: PostgresPool,
    _ options: SubscriptionOptions,
    _ databases: SourceDatabases,
    _ snapshots: SnapshotBox,
    _ listeners: [any ChangeListener],
    report: @escaping @Sendable (ChangeFeedReport) -> Void
  ) {
    loop = pool.loop
    self.pool = pool
    self.options = options
    self.databases = databases
    self.snapshots = snapshots
    self.listeners = listeners
    self.report = report
  }

  func stop() {
    isStopped = true
    for feed in feeds.values { feed.assumeIsolated { $0.stop() } }
    feeds = [:]
    published.withLock { $0 = Published() }
  }

  // MARK: - What is told

  /// How changes of the source `default` are learnt of now, and of the served database where there
  /// is no such source; on any thread.
  nonisolated var source: ChangeSource {
    let feed = published.withLock { published in
      published.sources.first { $0.name == "default" }?.feed ?? published.main
    }
    return feed?.source ?? .polling
  }

  /// The same of every source, in the order of the metadata.
  nonisolated var sources: [(name: String, source: ChangeSource)] {
    published.withLock(\.sources).map { ($0.name, $0.feed?.source ?? .polling) }
  }

  // MARK: - Which there are

  /// Begins and ends what another version of the metadata asks for, and has all others read anew.
  func follow() {
    guard let snapshot = snapshots.current, !isStopped else { return }
    let wanted = followed(snapshot)
    for (database, feed) in feeds where wanted[database]?.options != feed.options {
      feed.assumeIsolated { $0.stop() }
      feeds[database] = nil
    }
    for (database, followed) in wanted {
      if let feed = feeds[database] {
        feed.assumeIsolated {
          $0.reload()
          if snapshot.isReloaded { $0.reloadAll() }
        }
      } else {
        begin(database, followed.options)
      }
    }
    let feeds = feeds
    let sources = snapshot.metadata.sources.map { source in
      (source.name, database(of: source.name, snapshot).flatMap { feeds[$0] })
    }
    published.withLock {
      $0.main = feeds[.main]
      $0.sources = sources
    }
  }

  private func begin(_ database: DatabaseID, _ options: ChangeOptions) {
    let pool = database == .main ? self.pool : databases.pool(of: database, on: loop)
    guard let pool else { return }
    let feed = ChangeFeed(database, pool, options, databases, snapshots, listeners) {
      [weak self] event in
      self?.assumeIsolated { $0.tell(event, of: database) }
    }
    feeds[database] = feed
    feed.assumeIsolated { $0.start() }
  }

  private func tell(_ event: ChangeFeedEvent, of database: DatabaseID) {
    let sources = snapshots.current.map { followed($0)[database]?.sources ?? [] } ?? []
    report(ChangeFeedReport(sources: database == .main ? [] : sources, event: event))
  }

  /// The database that stands for that of a source; nil where nothing of it could be read.
  private func database(of source: String, _ snapshot: EngineSnapshot) -> DatabaseID? {
    guard snapshot.context.catalogs[source] != nil,
      let number = snapshot.context.databases[source]
    else { return nil }
    return databases.home(of: DatabaseID(number))
  }

  private func followed(_ snapshot: EngineSnapshot) -> [DatabaseID: Followed] {
    var followed: [DatabaseID: Followed] = [:]
    for source in snapshot.metadata.sources {
      guard let database = database(of: source.name, snapshot) else { continue }
      if followed[database] == nil {
        let own = source.connection?.changes ?? SourceChanges()
        followed[database] = Followed(sources: [], options: base(database).merging(own))
      }
      followed[database]?.sources.append(source.name)
    }
    if followed[.main] == nil { followed[.main] = Followed(sources: [], options: base(.main)) }
    return followed
  }

  /// What the operator has chosen.
  private func base(_ database: DatabaseID) -> ChangeOptions {
    var base = options.changes
    if database == .main, options.ownsDatabase { base.managesPublication = true }
    return base
  }
}
