import EventLoop
import OrderBook

/// Going to a time, and the checkpoints that make it short.
extension Feed {
  /// Goes to the bin that a time is in, reading as fast as it can without telling anything.
  func seek(to time: UInt64) async throws {
    try rewind()
    var isFirst = try await !restore(before: time)
    while true {
      switch try replay.advance() {
      case .records: break
      case .bin:
        let header = replay.frame.header
        guard !isFirst || time >= header.start else {
          throw FeedFailure(
            "\(time) ns is before the first record of the feed, at \(header.start) ns"
          )
        }
        isFirst = false
        guard header.end <= time else {
          _ = replay.takeBars()
          record()
          pending = FeedBin(GridSnapshot(replay.frame))
          return
        }
        keepCheckpoint()
      case .endOfFile:
        guard let path = try files.next() else {
          throw FeedFailure(
            "\(time) ns is behind the last record of the feed, at \(replay.time) ns"
          )
        }
        try replay.open(path)
      }
      if EventLoop.nanoseconds &- lastBreath >= Self.breath {
        await breathe()
        // Whoever wants it to stop does not wait for the end of a night.
        if mailbox.hasStop { return }
      }
    }
  }

  /// Goes on from the newest checkpoint that is not after a time; false where there is none.
  private func restore(before time: UInt64) async throws -> Bool {
    guard let checkpoints = try await findCheckpoints(),
      let found = checkpoints.last(before: time)
    else { return false }
    guard try replay.restore(found) else {
      try rewind()
      return false
    }
    lastCheckpoint = found.offset
    return true
  }

  /// Looks for the checkpoints of the file, whose contents may have to be read for it.
  ///
  /// A folder's states would depend on all files before, and are not kept.
  func findCheckpoints() async throws -> FeedCheckpoints? {
    if let checkpoints { return checkpoints }
    guard !files.isTailed, let cache = settings.cache, let path = files.current else { return nil }
    let contents = try await loop.offload { () throws(FeedFailure) in
      try FeedCheckpoints.contents(of: path, cache)
    }
    let found = FeedCheckpoints(cache, contents: contents, configuration)
    checkpoints = found
    return found
  }

  /// Keeps the state behind a bin, where the last one that is kept is far enough away.
  func keepCheckpoint() {
    let offset = replay.offset
    guard offset >= lastCheckpoint + settings.checkpointBytes, settings.cache != nil,
      !files.isTailed
    else { return }
    lastCheckpoint = offset
    guard let checkpoints else {
      // The next one is kept: by then the contents are known.
      loop.spawn { _ = try? await self.findCheckpoints() }
      return
    }
    let end = replay.frame.header.end
    guard !checkpoints.has(end) else { return }
    do throws(FileError) {
      try checkpoints.keep(replay.checkpoint, at: end)
    } catch {
      report("feed \(spec.name) cannot keep a checkpoint: \(error)")
    }
  }
}
