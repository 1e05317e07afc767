import CPostgres

/// What it takes to cancel a connection's statement from outside.
///
/// `@unchecked Sendable`: libpq promises that `PQcancel` may be called on any thread; the rest is
/// never changed.
final class Canceller: @unchecked Sendable {
  private let handle: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let handle = PQgetCancel(connection) else { return nil }
    self.handle = handle
  }

  deinit { PQfreeCancel(handle) }

  /// Blocks until the server has passed the signal on; a server that cannot be reached is no news.
  func cancel() {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      _ = PQcancel(handle, buffer.baseAddress, 256)
    }
  }
}
