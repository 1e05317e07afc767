import EventLoop

/// What of a feed goes into the database.
extension Feed {
  /// Notes the bin that has ended for the database.
  func record() {
    guard let recorder else { return }
    recorder.add(replay.frame)
    if spec.bars != nil { recorder.add(replay.takeBars()) }
  }

  /// Writes what waits; at a pace while the replay goes on, else before it does.
  func flushIfDue(_ now: UInt64) async throws {
    guard let recorder, recorder.count > 0 else { return }
    if let flushFailure { throw flushFailure }
    guard recorder.count >= Self.flushRows || now &- lastFlush >= Self.saveInterval else { return }
    if !pace.isBounded || recorder.count > 8 * Self.flushRows {
      try await flushAll()
    } else if !isFlushing {
      loop.spawn { await self.flush() }
    }
  }

  func flushAll() async throws {
    while isFlushing { try await loop.sleep(for: .milliseconds(5)) }
    await flush()
    if let flushFailure { throw flushFailure }
  }

  private func flush() async {
    guard let recorder, !isFlushing, flushFailure == nil else { return }
    isFlushing = true
    lastFlush = EventLoop.nanoseconds
    do {
      try await recorder.flush(pool)
    } catch {
      flushFailure = FeedFailure("what it records cannot be written: \(error)")
    }
    isFlushing = false
  }
}
