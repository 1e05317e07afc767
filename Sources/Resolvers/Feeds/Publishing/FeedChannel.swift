package import OrderBook
import Synchronization

/// Where a feed tells its bins and subscribers hear of them, on whatever thread they are.
///
/// Those who want the same in the same form are one group, for whom a bin is encoded once.
package final class FeedChannel: Sendable {
  private struct State {
    var latest: FeedBin?
    var count = 0
    var end: FeedEnd?
    var groups: [String: FeedGroup] = [:]
    var grid: GridConfiguration?
  }

  private let state = Mutex(State())

  package init() {}

  /// The newest bin.
  package var latest: FeedBin? { state.withLock { $0.latest } }

  /// The parameters of the grid; nil until the feed has read them.
  package var grid: GridConfiguration? { state.withLock { $0.grid } }

  // MARK: - For the feed

  func begin(_ grid: GridConfiguration) { state.withLock { $0.grid = grid } }

  /// Whether somebody waits for the bin of that number.
  package func isWanted(_ sequence: Int) -> Bool {
    state.withLock { state in
      state.groups.values.contains { $0.isDue(sequence) }
    }
  }

  /// Tells a bin.
  package func publish(_ bin: FeedBin) {
    state.withLock { state in
      state.count += 1
      var bin = bin
      bin.number = state.count
      state.latest = bin
      for group in state.groups.values where group.isDue(bin.snapshot.header.sequence) {
        group.offer(bin)
      }
    }
  }

  package func end(_ end: FeedEnd) {
    state.withLock { state in
      state.end = end
      for group in state.groups.values { group.end(end) }
    }
  }

  // MARK: - For subscribers

  /// Sends the newest bin and then each that is due, until the feed ends or `send` says that nobody
  /// listens; returns how the feed ended.
  ///
  /// `key` is the same for those for whom `encode` makes the same. While one of them takes its time,
  /// bins pass it by; `encode` is told how many.
  package func follow(
    _ key: String,
    every: Int,
    encode: @escaping FeedGroup.Encoding,
    send: ([[UInt8]]) async -> Bool
  ) async -> FeedEnd? {
    let (group, first, version) = join("\(every) \(key)", every: every, encode)
    defer { leave(group) }
    var seen = version
    if let first, await !send(group.messages(of: first, skipped: 0)) { return nil }
    while true {
      switch await group.next(after: seen) {
      case .bin(let bin, let version):
        let skipped = version - seen - 1
        seen = version
        guard await send(group.messages(of: bin, skipped: skipped)) else { return nil }
      case .ended(let end): return end
      case .cancelled: return nil
      }
    }
  }

  private func join(
    _ key: String,
    every: Int,
    _ encode: @escaping FeedGroup.Encoding
  ) -> (FeedGroup, FeedBin?, version: Int) {
    state.withLock { state in
      let group = state.groups[key] ?? FeedGroup(key, every: every, end: state.end, encode)
      state.groups[key] = group
      return (group, state.latest, group.addMember())
    }
  }

  private func leave(_ group: FeedGroup) {
    state.withLock { state in
      if group.removeMember() { state.groups[group.key] = nil }
    }
  }
}
