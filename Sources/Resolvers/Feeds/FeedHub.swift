import EventLoop
package import PostgresClient
import Synchronization

/// The feeds of a server, by their names.
///
/// A feed that has ended stays, with its last bin, until one of its name starts.
package final class FeedHub: Sendable {
  package let settings: FeedSettings
  /// What tells servers apart.
  package let holder = WorkerName.make()
  private let report: @Sendable (String) -> Void
  private let feeds = Mutex<[String: Feed]>([:])

  package init(_ settings: FeedSettings, report: @escaping @Sendable (String) -> Void = { _ in }) {
    self.settings = settings
    self.report = report
  }

  /// For commands that only need to know which fields there are.
  package convenience init() {
    self.init(FeedSettings())
  }

  package func feed(named name: String) -> Feed? {
    feeds.withLock { $0[name] }
  }

  /// Why no feed can be started at all; nil where one can.
  var refusal: String? {
    guard settings.folder != nil else {
      return "no folder of feeds is configured: start the server with --feeds-dir"
    }
    guard settings.database != nil else { return "this server runs no feeds" }
    let running = feeds.withLock { $0.values.count { !$0.mailbox.isClosed } }
    return running < settings.maximumFeeds
      ? nil : "\(running) feeds run on this server, which is the limit: stop one first"
  }

  /// Starts a feed whose row has been added; returns when it reads, or has failed to.
  func start(_ spec: FeedSpec, session: String) async -> Feed? {
    guard let folder = settings.folder, let database = settings.database else { return nil }
    let feed = Feed(
      spec,
      session: session,
      folder: folder,
      settings,
      database,
      report: report
    )
    feeds.withLock { $0[spec.name] = feed }
    feed.start()
    await feed.mailbox.waitForBeginning()
    return feed
  }

  /// Looks for feeds of servers that have gone, now and when those that went just now count as gone.
  package func sweep(_ pool: PostgresPool) async {
    for pause in [0, FeedStore.lifetime + 1] {
      guard (try? await pool.loop.sleep(for: .seconds(pause))) != nil else { return }
      // A database without the platform's tables has no feeds.
      _ = try? await pool.execute(QueryBatch(sql: FeedStore.sweep), access: .write)
    }
  }

  /// Stops all feeds and returns when they have ended.
  package func stop() async {
    let running = feeds.withLock { Array($0.values) }
    for feed in running where !feed.mailbox.isClosed {
      await feed.send(.stop)
      await feed.mailbox.waitForEnd()
    }
  }
}
