// Readings that fail.
extension StreamKeeper {
  /// Has a stream that could not be read go on in a while, for no change may come that would have it done.
  func noteFailure(of stream: Stream, in group: Group) {
    if !stream.isFailed { group.failedReadings.reset() }
    stream.isFailed = true
    // Where changes are not told the clock does it.
    guard group.pace.isDriven, groups[group.key] === group else { return }
    let key = group.key
    group.failedReadings.callLater(on: loop) { [unowned self] in
      assumeIsolated { $0.readFailures(key) }
    }
  }

  private func readFailures(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    group.failedReadings.begin()
    for stream in group.streams.values where stream.isFailed || !stream.unfetched.isEmpty {
      for rows in stream.unfetched.reversed() { stream.passed?.putBack(rows) }
      stream.unfetched = []
      stream.flow.changed()
    }
    start(group)
  }
}
