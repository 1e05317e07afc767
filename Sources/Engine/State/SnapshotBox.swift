import Synchronization

/// The current snapshot, where all loops find it.
///
/// A loop reads the generation with each request, which costs a load, and takes the snapshot itself
/// only when that has changed.
final class SnapshotBox: Sendable {
  private let latestGeneration = Atomic<Int>(0)
  private let snapshot = Mutex<EngineSnapshot?>(nil)
  private let observers = Mutex<[@Sendable () -> Void]>([])

  /// Counts the snapshots; zero before the first.
  var generation: Int { latestGeneration.load(ordering: .acquiring) }

  var current: EngineSnapshot? { snapshot.withLock { $0 } }

  /// Makes a snapshot the current one.
  func publish(_ next: EngineSnapshot) {
    snapshot.withLock { snapshot in
      snapshot = next
      snapshot?.generation = latestGeneration.load(ordering: .relaxed) + 1
      latestGeneration.add(1, ordering: .releasing)
    }
    for observer in observers.withLock({ $0 }) { observer() }
  }

  /// Calls back after each time that a snapshot was published, on the publisher's thread.
  func whenPublished(_ observer: @escaping @Sendable () -> Void) {
    observers.withLock { $0.append(observer) }
  }
}
