import CUV

/// The loops of a process: one a core, unless told otherwise.
package struct EventLoopGroup: Sendable {
  package let loops: [EventLoop]

  /// Starts the loops.
  package init(count: Int = EventLoopGroup.coreCount) {
    loops = (0..<max(count, 1)).map { _ in EventLoop.start() }
  }

  /// The cores that this process may use.
  package static var coreCount: Int { max(Int(uv_available_parallelism()), 1) }

  /// Ends all loops and returns when they have ended.
  package func shutDown() async {
    for loop in loops { loop.stop() }
    for loop in loops { await loop.shutDown() }
  }
}
