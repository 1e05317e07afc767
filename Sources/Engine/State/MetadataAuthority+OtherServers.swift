import EventLoop
import PostgresClient

// What other servers on the same metadata change.
extension MetadataAuthority {
  /// Looks at intervals for changes that other servers on the same database have made.
  ///
  /// Hasura does only that. It is what remains where notifications do not get through; where they do it looks
  /// seldom.
  func synchronize(every interval: Duration) async {
    var last = loop.milliseconds
    while !Task.isCancelled {
      do {
        try await loop.sleep(for: interval)
        let now = loop.milliseconds
        guard !notices.isHeard || now - last >= UInt64(Notices.lookInterval) else { continue }
        last = now
        try await adoptOthersChange()
      } catch is CancellationError {
        return
      } catch {
        // The database is away, or another server stored what this one cannot read: the last good
        // state serves on, and the next round tries again.
        continue
      }
    }
  }

  /// Follows the changes of other servers as soon as PostgreSQL tells of them.
  func listen(retryingAfter interval: Duration) async {
    while !Task.isCancelled {
      do {
        try await listener.open()
        // A pooler takes LISTEN and tells nobody anything: what is said here has to be heard here.
        let echo = "echo " + UniqueID.make()
        try await store.tell(echo)
        // Something may have changed while nobody listened.
        try await adoptOthersChange()
        while !Task.isCancelled {
          let texts = try await listener.next()
          if texts.contains(echo) { notices.hear(true) }
          let subjects = Set(texts.compactMap(Notices.Subject.init))
          for subject in subjects { notices.tell(subject) }
          if subjects.contains(.metadata) { try await adoptOthersChange() }
        }
      } catch {
        notices.hear(false)
        await listener.close()
        guard (try? await loop.sleep(for: interval)) != nil else { return }
      }
    }
    await listener.close()
  }

  private func adoptOthersChange() async throws {
    guard let version = try await store.resourceVersion(),
      version != snapshots.current?.resourceVersion
    else { return }
    await enter()
    defer { leave() }
    guard let stored = try await store.load(),
      stored.resourceVersion != snapshots.current?.resourceVersion
    else { return }
    try await adopt(stored)
  }
}
