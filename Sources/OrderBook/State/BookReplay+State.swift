/// A replay's state at the end of a bin, to go on from at another time.
extension BookReplay {
  /// Rises whenever the bytes of a state mean something else.
  package static let stateVersion = 1

  package func save(to state: inout StateWriter) {
    state.put(Self.stateVersion)
    state.put(instrumentID ?? 0)
    state.put(publisherID ?? 0)
    state.put(header ?? 0)
    state.put(header != nil)
    for number in [records, events, crossed] { state.put(number) }
    for action in 0..<256 { state.put(actionCounts[action]) }
    state.put(firstActions)
    state.put(time)
    for flag in [isValid, isInSnapshot, isWithinEvent, isPaused] { state.put(flag) }
    state.put(firstCrossing.map { [$0] } ?? [])
    state.put(held.map { [$0] } ?? [])
    book.save(to: &state)
    grid.save(to: &state)
    bars.save(to: &state)
  }

  /// For a new replay of the same configuration; after an error it is good for nothing.
  package mutating func restore(from state: inout StateReader) throws(StateError) {
    guard try state.take(Int.self) == Self.stateVersion else { throw StateError() }
    let instrument = try state.take(UInt32.self)
    let publisher = try state.take(UInt16.self)
    let head = try state.take(UInt64.self)
    if try state.take(UInt8.self) == 1 {
      (instrumentID, publisherID, header) = (instrument, publisher, head)
    }
    records = try state.take()
    events = try state.take()
    crossed = try state.take()
    for action in 0..<256 { actionCounts[action] = try state.take() }
    firstActions = try state.takeArray()
    time = try state.take()
    isValid = try state.take(UInt8.self) == 1
    isInSnapshot = try state.take(UInt8.self) == 1
    isWithinEvent = try state.take(UInt8.self) == 1
    isPaused = try state.take(UInt8.self) == 1
    isStopped = isPaused
    firstCrossing = try state.takeArray(of: Crossing.self).first
    held = try state.takeArray(of: MBORecord.self).first
    try book.restore(from: &state)
    try grid.restore(from: &state)
    try bars.restore(from: &state)
    guard state.isAtEnd, grid.cells.count <= book.ladder.pageCount else { throw StateError() }
  }
}
