/// What a pool is doing at the moment, for one kind of access.
package struct PoolStatistics: Hashable, Sendable {
  /// Connections that are established.
  package var open: Int
  /// Those of them that nobody uses.
  package var idle: Int
  /// Requests that wait for a connection.
  package var waiting: Int

  package init(open: Int, idle: Int, waiting: Int) {
    self.open = open
    self.idle = idle
    self.waiting = waiting
  }
}

extension PostgresPool {
  package func statistics(_ access: Access) -> PoolStatistics {
    let lane = connections(access).lane
    return PoolStatistics(open: lane.openCount, idle: lane.idleCount, waiting: lane.waiting)
  }
}
