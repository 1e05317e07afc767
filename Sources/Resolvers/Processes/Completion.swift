import CUV
import Glibc

/// Waits for the end of one child process on a libuv loop of its own.
final class Completion {
  private(set) var end = ChildProcess.Outcome.End.timeout
  private let limit: Duration?
  private var isTimedOut = false
  private let process = UnsafeMutablePointer<uv_process_t>.allocate(capacity: 1)
  private let timer = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)

  init(limit: Duration?) {
    self.limit = limit
  }

  deinit {
    process.deallocate()
    timer.deallocate()
  }

  /// Starts a process by `spawn` and runs the loop until it has ended; libuv's error, or zero.
  func run(
    _ spawn: (UnsafeMutablePointer<uv_process_t>, UnsafeMutablePointer<uv_loop_t>) -> Int32
  ) -> Int32 {
    let loop = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
    defer { loop.deallocate() }
    let code = uv_loop_init(loop)
    guard code == 0 else { return code }
    defer { uv_loop_close(loop) }
    uv_timer_init(loop, timer)
    let started = spawn(process, loop)
    if started != 0 {
      close()
    } else if let limit {
      startTimer(limit)
    }
    uv_run(loop, UV_RUN_DEFAULT)
    return started
  }

  private func startTimer(_ limit: Duration) {
    timer.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    let (seconds, attoseconds) = limit.components
    let milliseconds = max(0, seconds) * 1000 + attoseconds / 1_000_000_000_000_000
    uv_timer_start(
      timer,
      { Unmanaged<Completion>.fromOpaque($0!.pointee.data).takeUnretainedValue().timeOut() },
      UInt64(max(0, milliseconds)),
      0
    )
  }

  private func timeOut() {
    isTimedOut = true
    uv_process_kill(process, SIGKILL)
  }

  func ended(status: Int64, signal: Int32) {
    end = isTimedOut ? .timeout : signal != 0 ? .signal(Int(signal)) : .exit(Int(status))
    close()
  }

  /// libuv runs until both handles are closed; a process that did not start is one, too.
  private func close() {
    process.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { uv_close($0, nil) }
    timer.withMemoryRebound(to: uv_handle_t.self, capacity: 1) { uv_close($0, nil) }
  }
}
