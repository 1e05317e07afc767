import EventLoop
import PostgresClient
import Synchronization

/// The connections to the databases of sources, apart from the one that the server was told to serve.
///
/// A pool for each loop; sources that are reached in the same way share theirs. Connections are opened
/// when something is asked of a database, and closed when no source of the metadata is of it any more.
final class SourceDatabases: Sendable {
  private struct Entry {
    let id: DatabaseID
    let configuration: PostgresConfiguration
    let pools: [PostgresPool]
  }

  private struct State {
    var entries: [Entry] = []
    var lastNumber = DatabaseID.main.number
  }

  private let loops: [EventLoop]
  /// Where the served database is.
  private let main: ConnectionString
  private let state = Mutex(State())

  init(main: ConnectionString, on loops: [EventLoop]) {
    self.main = main
    self.loops = loops
  }

  /// The one of all databases at the same place that stands for them: what is there once for a place,
  /// such as a log of events, is kept by it.
  func home(of database: DatabaseID) -> DatabaseID {
    state.withLock { state in
      guard let own = state.entries.first(where: { $0.id == database }) else { return database }
      if own.configuration.target == main { return .main }
      return state.entries.first { $0.configuration.target == own.configuration.target }?.id
        ?? database
    }
  }

  /// The database that a configuration leads to.
  func open(_ configuration: PostgresConfiguration) -> DatabaseID {
    state.withLock { state in
      if let known = state.entries.first(where: { $0.configuration == configuration }) {
        return known.id
      }
      state.lastNumber += 1
      let id = DatabaseID(state.lastNumber)
      let pools = loops.map { PostgresPool(configuration, on: $0) }
      state.entries.append(Entry(id: id, configuration: configuration, pools: pools))
      return id
    }
  }

  /// The connections of a loop; nil where the database is none of the metadata's any more.
  func pool(of database: DatabaseID, on loop: EventLoop) -> PostgresPool? {
    state.withLock { state in
      state.entries.first { $0.id == database }?.pools.first { $0.loop === loop }
    }
  }

  /// The connections of a loop; fails where the database is none of the metadata's any more.
  func connections(
    to database: DatabaseID,
    on loop: EventLoop
  ) throws(PostgresError) -> PostgresPool {
    guard let pool = pool(of: database, on: loop) else { throw .closed }
    return pool
  }

  /// Closes the connections to all other databases.
  func keep(_ databases: Set<DatabaseID>) {
    let others = state.withLock { state in
      let others = state.entries.filter { !databases.contains($0.id) }
      state.entries.removeAll { !databases.contains($0.id) }
      return others
    }
    for pool in others.flatMap(\.pools) {
      pool.loop.execute { pool.loop.spawn { await pool.close() } }
    }
  }

  func close() async {
    let entries = state.withLock { state in
      defer { state.entries = [] }
      return state.entries
    }
    for pool in entries.flatMap(\.pools) { await pool.close() }
  }
}
