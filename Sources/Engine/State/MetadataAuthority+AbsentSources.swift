import Catalog
import EventLoop
import Metadata

// Sources whose databases could not be reached when they were last looked for.
extension MetadataAuthority {
  /// How much longer the last pause is than the first, at the most.
  private static let longestPause = 32

  /// Looks again for databases that are away, less and less often as long as none comes back.
  func awaitAbsentSources(every first: Duration) async {
    var factor = 1
    while !Task.isCancelled {
      guard (try? await loop.sleep(for: first * factor)) != nil else { return }
      guard let current = snapshots.current, !current.context.failures.isEmpty else {
        factor = 1
        continue
      }
      let isBack = await isReachable(anyOf: current)
      guard !Task.isCancelled else { return }
      if isBack, await takeBackSources() {
        factor = 1
      } else {
        factor = min(factor * 2, Self.longestPause)
      }
    }
  }

  /// Whether the database of a source that is away answers; commands go on meanwhile.
  private func isReachable(anyOf current: EngineSnapshot) async -> Bool {
    for name in current.context.failures.keys {
      guard let number = current.context.databases[name],
        let reader = try? catalogReader(of: DatabaseID(number))
      else { continue }
      if (try? await reader.catalog()) != nil { return true }
    }
    return false
  }

  /// Makes the sources that answer again part of the schema; false where none does.
  private func takeBackSources() async -> Bool {
    await enter()
    defer {
      forgetDatabases()
      leave()
    }
    guard let current = snapshots.current else { return false }
    var context = current.context
    var isBack = false
    for source in current.metadata.sources where context.failures[source.name] != nil {
      // What is wrong with the others is told already.
      if (try? await look(at: source, into: &context)) != nil,
        context.failures[source.name] == nil
      {
        isBack = true
      }
    }
    guard isBack,
      let next = try? await prepare(current.metadata, in: context, consistency: nil)
    else { return false }
    publish(next, resourceVersion: current.resourceVersion)
    // Where they cannot be made, the next start or change of them tries again.
    try? await restoreEventTriggers()
    return true
  }
}
