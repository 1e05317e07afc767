import EventLoop
import Observability

/// Writes out, a few times a second, what the log has gathered about requests.
struct LogFlusher: Sendable {
  private let task: Task<Void, Never>

  init(_ logger: Logger, on loop: EventLoop) {
    task = loop.spawn {
      while true {
        do {
          try await loop.sleep(for: .milliseconds(100))
        } catch {
          return
        }
        if logger.hasPendingLines { await loop.offload { logger.flush() } }
      }
    }
  }

  func stop() {
    task.cancel()
  }
}
