// The turn of a command, on a server that is not the only one.
extension MetadataAuthority {
  /// Waits as ``enter()`` does, and takes over what another server has changed meanwhile; `leave()` has to follow unless it
  /// throws.
  ///
  /// Its notice may still be under way, and commands that follow each other may come to one server and
  /// another.
  func enterUpToDate() async throws(HasuraError) -> EngineSnapshot {
    await enter()
    do throws(HasuraError) {
      // Where the database does not answer, what only reads goes on with what is here.
      if let version = try? await store.resourceVersion(),
        version != snapshots.current?.resourceVersion, let stored = try? await store.load()
      {
        try await adopt(stored)
      }
      guard let current = snapshots.current else {
        throw HasuraError(.unexpected, "the engine has not started")
      }
      return current
    } catch {
      leave()
      throw error
    }
  }
}
