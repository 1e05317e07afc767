/// A pause between two looks at something, which ends early where there is news.
package actor Nap {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var sleep: Task<Void, Never>?
  private var isCut = false

  /// Milliseconds for which news are gathered: what changes a hundred times at once is looked at once.
  private static let gathering = 10

  package init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Sleeps for so many milliseconds, or until there is news, or was since the last time.
  package func take(milliseconds: Int) async {
    if !isCut {
      let loop = loop
      let sleep = loop.spawn { try? await loop.sleep(for: .milliseconds(milliseconds)) }
      self.sleep = sleep
      await sleep.value
      self.sleep = nil
    }
    if isCut { try? await loop.sleep(for: .milliseconds(Self.gathering)) }
    isCut = false
  }

  package func cut() {
    isCut = true
    sleep?.cancel()
  }
}
