import EventLoop

extension EventLoopGroup {
  /// Runs work on event loops of its own while the calling thread, which is no loop's, waits.
  static func blocking<Value: Sendable>(
    count: Int,
    _ work: @escaping @Sendable (EventLoopGroup) async -> Value
  ) -> Value {
    let group = EventLoopGroup(count: count)
    let result = Slot<Value>()
    group.loops[0].spawn {
      let value = await work(group)
      result.fill(value)
      for loop in group.loops { loop.stop() }
    }
    for loop in group.loops { loop.join() }
    guard let value = result.value else {
      preconditionFailure("the loops ended before their work")
    }
    return value
  }
}
