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
        if try openNext() {
          _ = try await findCheckpoints()
        } else if let start = replay.binStart, files.isTailed, start <= time,
          time <= replay.time
        {
          // The bin is still under way, and told when it ends.
          return
        } else {
          throw FeedFailure(
            "\(time) ns is behind the last record of the feed, at \(replay.time) ns"
          )
        }
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
    guard let cache = settings.cache else { return false }
    let (files, configuration) = (files, configuration)
    let found = try await loop.offload { () throws(FeedFailure) in
      FeedResumption.last(before: time, of: files, in: cache, configuration)
    }
    guard let found, let path = found.files.current else {
      _ = try await findCheckpoints()
      return false
    }
    try replay.open(path)
    guard try replay.restore(found.checkpoint) else {
      try rewind()
      _ = try await findCheckpoints()
      return false
    }
    self.files = found.files
    contents = found.contents
    checkpoints = FeedCheckpoints(cache, contents: contents, configuration)
    lastCheckpoint = replay.distance
    return true
  }

  /// Looks for the checkpoints of the files up to the present one, which may have to be read for it.
  func findCheckpoints() async throws -> FeedCheckpoints? {
    guard let cache = settings.cache else { return nil }
    while checkpoints == nil, let path = files.read.dropFirst(contents.count).first {
      let index = contents.count
      let digest = try await loop.offload { () throws(FeedFailure) in
        try FeedCheckpoints.contents(of: path, cache)
      }
      // Meanwhile the feed may have gone to another file, or somebody else have found it.
      guard contents.count == index, files.read.dropFirst(index).first == path else { continue }
      contents.append(digest)
    }
    if checkpoints == nil, !contents.isEmpty {
      checkpoints = FeedCheckpoints(cache, contents: contents, configuration)
    }
    return checkpoints
  }

  /// Looks for the checkpoints while the replay goes on.
  func findSoon() {
    guard settings.cache != nil, !isFinding else { return }
    isFinding = true
    loop.spawn { _ = try? await self.findCheckpoints() }
  }

  /// Keeps the state behind a bin, where the last one that is kept is far enough away.
  func keepCheckpoint() {
    let distance = replay.distance
    guard settings.cache != nil, distance >= lastCheckpoint + settings.checkpointBytes else {
      return
    }
    // It is kept as soon as the contents are known.
    guard let checkpoints else { return findSoon() }
    lastCheckpoint = distance
    let end = replay.frame.header.end
    guard !checkpoints.has(end) else { return }
    do throws(FileError) {
      try checkpoints.keep(replay.checkpoint, at: end)
    } catch {
      report("feed \(spec.name) cannot keep a checkpoint: \(error)")
    }
  }
}
