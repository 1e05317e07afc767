import OrderBook

/// Where a replay of a feed's files can go on without having read what is before.
struct FeedResumption: Sendable {
  /// The files up to the one that the checkpoint is in.
  var files: FeedFiles
  /// Their digests.
  var contents: [String]
  var checkpoint: FeedCheckpoints.Checkpoint

  /// The newest checkpoint of the files that is not after a time; nil where there is none.
  ///
  /// Files that have not been seen before are read for their digests, as far as they begin before that
  /// time. Blocks.
  static func last(
    before time: UInt64,
    of files: FeedFiles,
    in cache: FilePath,
    _ configuration: BookReplay.Configuration
  ) -> FeedResumption? {
    var files = files
    files.rewind()
    var contents: [String] = []
    var places: [(FeedFiles, [String])] = []
    // What cannot be read is told by who reads it.
    while let path = try? files.next(), contents.isEmpty || !begins(path, after: time),
      let digest = try? FeedCheckpoints.contents(of: path, cache)
    {
      contents.append(digest)
      places.append((files, contents))
    }
    for (files, contents) in places.reversed() {
      let checkpoints = FeedCheckpoints(cache, contents: contents, configuration)
      guard let checkpoint = checkpoints.last(before: time) else { continue }
      return FeedResumption(files: files, contents: contents, checkpoint: checkpoint)
    }
    return nil
  }

  /// Whether the first record of a file is behind a time.
  private static func begins(_ path: FilePath, after time: UInt64) -> Bool {
    guard var reader = try? DBNReader(path: path.text), let record = try? reader.next() else {
      return false
    }
    return record.eventTime > time && record.eventTime != MBORecord.undefinedTime
  }
}
