import Glibc

/// Decompresses in a thread of its own, a few buffers ahead of who reads.
///
/// Decompression is as much work as the book: on two cores, both go on at once.
///
/// The thread fills the buffers of a ring in order and the reader takes them in order; who may touch
/// which is told by two counts, which a lock guards. The thread alone touches the decoder.
package final class ZstdThread: ByteSource {
  private let file: MappedFile
  private var ring: Ring
  /// Nil only where a new one could not be started.
  private var thread: pthread_t?
  private var isReading = false

  /// The frames are those of the file, which belongs to the thread from now on.
  package init(_ file: MappedFile) throws(DBNError) {
    self.file = file
    ring = Ring(try ZstdDecoder(file))
    thread = try Self.start(ring)
  }

  /// Ends the thread, wherever it is.
  deinit { end() }

  private static func start(_ ring: Ring) throws(DBNError) -> pthread_t {
    var thread = pthread_t()
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
    return thread
  }

  private func end() {
    guard let thread else { return }
    ring.stop()
    pthread_join(thread, nil)
    self.thread = nil
  }

  /// The frame that the run which was handed out last begins in.
  var frame: ZstdFrame { isReading ? ring.frame : .first }

  /// Goes on with a frame in place of what would come next; false, and nothing has changed, where no
  /// frame begins there.
  func go(to frame: ZstdFrame) throws(DBNError) -> Bool {
    guard frame.fileOffset < UInt64(file.size),
      ZstdDecoder.isAnyFrame(file.bytes(at: Int(frame.fileOffset), 4))
    else { return false }
    end()
    isReading = false
    file.seek(to: Int(frame.fileOffset))
    ring = Ring(try ZstdDecoder(file, from: frame))
    do throws(DBNError) {
      thread = try Self.start(ring)
    } catch {
      ring.fail(error)
      throw error
    }
    return true
  }

  package func next() throws(DBNError) -> UnsafeRawBufferPointer? {
    if isReading { ring.giveBack() }
    isReading = false
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
  /// The frames that the buffers begin in.
  private let frames: UnsafeMutablePointer<ZstdFrame>
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
    frames = .allocate(capacity: Self.capacity)
    frames.initialize(repeating: .first, count: Self.capacity)
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
    frames.deallocate()
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
      let frame = decoder.frame
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
        frames[slot] = frame
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

  /// The frame of the buffer that is read.
  var frame: ZstdFrame { locked { frames[read % Self.capacity] } }

  func giveBack() {
    locked {
      read += 1
      pthread_cond_broadcast(changed)
    }
  }

  /// Ends it in place of a thread.
  func fail(_ error: DBNError) {
    locked {
      failure = error
      hasEnded = true
    }
  }

  func stop() {
    locked {
      isStopped = true
      pthread_cond_broadcast(changed)
    }
  }
}
