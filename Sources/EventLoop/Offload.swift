import CUV

/// One piece of work on libuv's threads.
final class Offload<Value: Sendable, Failure: Error>: OffloadedWork, @unchecked Sendable {
  // `run` happens on a thread of libuv's pool, all else on the loop's, one after the other.

  private let work: @Sendable () throws(Failure) -> Value
  private let continuation: UnsafeContinuation<Result<Value, Failure>, Never>
  private var result: Result<Value, Failure>?

  init(
    _ work: @escaping @Sendable () throws(Failure) -> Value,
    _ continuation: UnsafeContinuation<Result<Value, Failure>, Never>
  ) {
    self.work = work
    self.continuation = continuation
  }

  override func run() { result = Result(catching: work) }

  override func finish() {
    guard let result else { preconditionFailure("offloaded work was not run") }
    continuation.resume(returning: result)
  }
}

/// What a C callback can call without knowing the type of the value.
class OffloadedWork {
  private let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)

  deinit { request.deallocate() }

  func run() {}
  func finish() {}

  /// Queues the work; on the loop's thread.
  final func start(on loop: UnsafeMutablePointer<uv_loop_t>) {
    request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    uv_queue_work(
      loop,
      request,
      { Unmanaged<OffloadedWork>.fromOpaque($0!.pointee.data).takeUnretainedValue().run() },
      { request, _ in
        Unmanaged<OffloadedWork>.fromOpaque(request!.pointee.data).takeRetainedValue().finish()
      }
    )
  }
}
