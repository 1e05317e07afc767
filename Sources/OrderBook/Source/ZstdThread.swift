import Glibc

/// Decompresses in a thread of its own, a few buffers ahead of who reads.
///
/// Decompression is as much work as the book: on two cores, both go on at once.
///
/// The thread fills the buffers of a ring in order and the reader takes them in order; who may touch
/// which is told by two counts, which a lock guards. The thread alone touches the decoder.
package final class ZstdThread: ByteSource {
  private let ring: Ring
  private var thread = pthread_t()
  private var isReading = false

  /// The frames are in what the source hands out; the source belongs to the thread from now on.
  package init(_ source: any ByteSource) throws(DBNError) {
    ring = Ring(try ZstdDecoder(source))
    let started = pthread_create(
      &thread,
      nil,
      { ring in
        guard let ring else { return nil }
        Unmanaged<Ring>.fromOpaque(ring).takeRetainedValue().fill()
        return nil
      },
      Unmanaged.passRetained(ring).toOpaque()
    )
    guard started == 0 else {
      Unmanaged.passUnretained(ring).release()
      throw DBNError(.zstd("no thread could be started"), at: 0)
    }
  }

  /// Ends the thread, wherever it is.
  deinit {
    ring.stop()
    pthread_join(thread, nil)
  }

  package func next() throws(DBNError) -> UnsafeRawBufferPointer? {
    if isReading { ring.giveBack() }
    let run = try ring.take()
    isReading = run != nil
    return run
  }
}

/// Buffers that one thread fills and another reads.
private final class Ring {
  private static let capacity = 4
  private static let size = 1 << 18

  private let decoder: ZstdDecoder
  private let buffers: UnsafeMutableRawBufferPointer
  private let counts: UnsafeMutablePointer<Int>
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  // Guarded by the lock.
  private var filled = 0
  private var read = 0
  private var isStopped = false
  private var hasEnded = false
  private var failure: DBNError?

  init(_ decoder: ZstdDecoder) {
    self.decoder = decoder
    buffers = .allocate(byteCount: Self.capacity * Self.size, alignment: 64)
    counts = .allocate(capacity: Self.capacity)
    counts.initialize(repeating: 0, count: Self.capacity)
    lock = .allocate(capacity: 1)
    lock.initialize(to: pthread_mutex_t())
    pthread_mutex_init(lock, nil)
    changed = .allocate(capacity: 1)
    changed.initialize(to: pthread_cond_t())
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
    counts.deallocate()
    buffers.deallocate()
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }

  /// The thread that decompresses, to its end.
  func fill() {
    while true {
      let slot: Int? = locked {
        while filled - read == Self.capacity && !isStopped { pthread_cond_wait(changed, lock) }
        return isStopped ? nil : filled % Self.capacity
      }
      guard let slot else { return }
      let start = slot * Self.size
      var count = 0
      var failure: DBNError?
      do throws(DBNError) {
        count = try decoder.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffers[start..<start + Self.size])
        )
      } catch {
        failure = error
      }
      locked {
        counts[slot] = count
        self.failure = failure
        if count == 0 { hasEnded = true } else { filled += 1 }
        pthread_cond_broadcast(changed)
      }
      if count == 0 { return }
    }
  }

  func take() throws(DBNError) -> UnsafeRawBufferPointer? {
    let (slot, failure): (Int?, DBNError?) = locked {
      while filled == read && !hasEnded { pthread_cond_wait(changed, lock) }
      return filled > read ? (read % Self.capacity, nil) : (nil, self.failure)
    }
    if let failure { throw failure }
    guard let slot else { return nil }
    let start = slot * Self.size
    return UnsafeRawBufferPointer(rebasing: buffers[start..<start + counts[slot]])
  }

  func giveBack() {
    locked {
      read += 1
      pthread_cond_broadcast(changed)
    }
  }

  func stop() {
    locked {
      isStopped = true
      pthread_cond_broadcast(changed)
    }
  }
}
