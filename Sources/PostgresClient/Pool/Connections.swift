import EventLoop

/// The connections of a pool for one kind of access.
final class Connections {
  var lane: Lane<Request>
  /// By slot; nil where none is open.
  var wires: [Wire?]

  init(_ configuration: PostgresConfiguration, _ access: Access) {
    let count =
      switch access {
      case .read: configuration.maximumReadConnections
      case .quickRead: configuration.maximumQuickConnections
      case .write: configuration.maximumWriteConnections
      }
    lane = Lane(
      Lane.Limits(
        connections: count,
        waiting: configuration.maximumWaiting,
        waitTimeout: configuration.waitTimeout.milliseconds,
        idleTimeout: configuration.idleTimeout.milliseconds,
        lifetime: configuration.lifetime.milliseconds,
        depth: configuration.pipelineDepth(access),
        briefConnections: configuration.maximumQuickConnections
      )
    )
    wires = Array(repeating: nil, count: max(count, 1))
  }

  /// Whether nothing is open or being opened.
  var isEmpty: Bool { lane.isEmpty }
}
