import EventLoop
import Observability

/// `apus worker`: does jobs until the operator says stop.
struct WorkerCommand: Sendable {
  private let options: OptionValues
  private let database: DatabaseAccess.Choice

  init(_ options: OptionValues) throws(UsageError) {
    guard options.number(.workers) != 0 else {
      throw UsageError("\(Option.workers.definition.flag) 0 leaves a worker nothing to do")
    }
    self.options = options
    database = try options.servedDatabase
  }

  /// Does it; returns the exit status.
  func run() -> Int32 {
    EventLoopGroup.blocking(count: 1) { group in
      let loop = group.loops[0]
      let stop = StopSignal(on: loop)
      let logger = Logger(descriptor: 1, level: .info)
      let failure = Slot<any Error>()
      let work = loop.spawn {
        do {
          let access = DatabaseAccess(database, loop: loop, logger: logger)
          try await access.withDatabase(waits: true) { url in
            let jobs = try await JobService.start(
              options,
              url: url,
              engine: nil,
              on: loop,
              logger: logger
            )
            await stop.wait()
            await jobs.stop()
          }
        } catch {
          failure.fill(error)
        }
      }
      stop.whenStopped { work.cancel() }
      await work.value
      stop.close()
      guard stop.signal == nil, let error = failure.value else { return 0 }
      Terminal.printError("apus: \(ErrorText.text(of: error))")
      return 1
    }
  }
}
