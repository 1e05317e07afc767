import EventLoop
import Observability
import PostgresClient
import Synchronization

/// What does jobs, from when the database with their queue answers.
///
/// Where the metadata stand in a database of their own, a server serves its other sources while that
/// with the queue is away.
final class JobStart: Sendable {
  private let loop: EventLoop
  private let logger: Logger
  private let start: @Sendable () async throws -> JobService
  private let service = Slot<JobService>()
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Seconds between two tries, at the most.
  private static let longestPause = 30

  init(
    on loop: EventLoop,
    logger: Logger,
    _ start: @escaping @Sendable () async throws -> JobService
  ) {
    self.loop = loop
    self.logger = logger
    self.start = start
  }

  /// Starts it; fails where the database does not answer.
  func now() async throws {
    service.fill(try await start())
  }

  /// Starts it as soon as the database answers.
  func whenAnswered() {
    let waiting = loop.spawn { await self.wait() }
    task.withLock { $0 = waiting }
  }

  func stop() async {
    let waiting = task.withLock { $0 }
    waiting?.cancel()
    await waiting?.value
    await service.value?.stop()
  }

  private func wait() async {
    var pause = 1
    while !Task.isCancelled {
      do {
        return try await now()
      } catch {
        let message = "jobs wait for their database: \(ErrorText.text(of: error))"
        // The source is told of as inconsistent: once is enough here.
        if pause == 1, !Task.isCancelled { logger.log(.message(.jobs, .warn, message)) }
      }
      guard (try? await loop.sleep(for: .seconds(pause))) != nil else { return }
      pause = min(pause * 2, Self.longestPause)
    }
  }
}
