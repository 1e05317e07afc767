/// A value that belongs to a loop's thread, on its way through what is shared between threads.
///
/// `@unchecked Sendable`: the value is reached on the loop's own thread only, which is checked.
package struct LoopBound<Value>: @unchecked Sendable {
  private let guarded: Value
  private let loop: EventLoop

  package init(_ value: Value, on loop: EventLoop) {
    guarded = value
    self.loop = loop
  }

  /// For the loop's own thread.
  package var value: Value {
    loop.checkIsolated()
    return guarded
  }
}
