package import EventLoop
import Glibc
import OrderBook
import PostgresClient

/// A named source of records, replayed in a thread of its own.
///
/// The thread is an event loop without sockets: reading and computing may take their time on it, and
/// nothing of a request runs there. Orders come through a mailbox, bins leave through a channel.
package actor Feed {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  package nonisolated let spec: FeedSpec
  /// The primary key of its row.
  package nonisolated let session: String
  package nonisolated let channel = FeedChannel()
  nonisolated let mailbox = FeedMailbox()
  let settings: FeedSettings
  let report: @Sendable (String) -> Void
  let pool: PostgresPool

  // Of the loop's thread.
  var files: FeedFiles
  var replay: FeedReplay
  var configuration = BookReplay.Configuration()
  var pace: FeedPace
  var pending: FeedBin?
  private var status = FeedStatus.starting
  private var isStopping = false
  private var unanswered: FeedMailbox.Letter?
  /// Whether the newest bin of a fast replay has not been told.
  private var hasUntold = false
  var lastBreath: UInt64 = 0
  private var lastSave: UInt64 = 0
  private var isSaving = false
  private var timer: LoopTimer?
  private var waiter: UnsafeContinuation<Void, Never>?
  private var saveFailure: String?
  /// Nil until the contents of the files are known, and where no states are kept.
  var checkpoints: FeedCheckpoints?
  /// The digests of the files that were read, as far as they are known.
  var contents: [String] = []
  /// Whether the contents of the present file are looked for.
  var isFinding = false
  /// How far the replay had gone when the last state was kept.
  var lastCheckpoint: UInt64 = 0
  /// Nil where nothing is recorded.
  var recorder: FeedRecorder?
  var lastFlush: UInt64 = 0
  var isFlushing = false
  var flushFailure: FeedFailure?

  /// How long the thread works before it looks for orders, in nanoseconds.
  static let breath: UInt64 = 4_000_000
  static let saveInterval: UInt64 = 1_000_000_000
  /// How many rows are written at once at least, where that does not take longer than a second.
  static let flushRows = 256
  /// How often a folder is looked into, in nanoseconds.
  private static let pollInterval: UInt64 = 250_000_000
  /// Levels of each side that `order_book` can show.
  package static let levels = 100

  init(
    _ spec: FeedSpec,
    session: String,
    folder: FilePath,
    _ settings: FeedSettings,
    _ database: PostgresConfiguration,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.spec = spec
    self.session = session
    self.settings = settings
    self.report = report
    var database = database
    database.maximumReadConnections = 1
    database.maximumQuickConnections = 0
    database.maximumWriteConnections = 2
    loop = EventLoop.start()
    pool = PostgresPool(database, on: loop)
    files = FeedFiles(spec.source, in: folder)
    replay = FeedReplay(BookReplay.Configuration(), endsWithFile: true)
    pace = FeedPace(speed: spec.speed)
  }

  /// Starts; the feed ends by itself, or by the order to stop.
  nonisolated func start() {
    loop.spawn { await self.run() }
  }

  /// Gives an order and returns when it has been followed and written down.
  package nonisolated func send(_ order: FeedOrder) async {
    await mailbox.send(order) {
      loop.execute { self.assumeIsolated { $0.wake() } }
    }
  }

  // MARK: - Life

  private func run() async {
    timer = LoopTimer(on: loop)
    var failure: String?
    do {
      try begin()
      if let start = spec.start { try await seek(to: start) }
      status = .active
      await save()
      mailbox.begin()
      try await work()
    } catch let error as FeedFailure {
      failure = error.description
    } catch {
      failure = "\(error)"
    }
    await end(failure)
  }

  /// Reads the configuration of the instrument, and opens the first file.
  private func begin() throws {
    let file = "\(spec.instrument).yaml"
    let path = settings.instruments.appending(file)
    guard path.exists else {
      throw FeedFailure(
        """
        there is no configuration of the instrument \(spec.instrument): the folder of instruments \
        has no \(file)
        """
      )
    }
    let instrument: InstrumentConfiguration
    do {
      instrument = try InstrumentConfiguration(path.contents(), file: file)
    } catch {
      throw FeedFailure("\(error)")
    }
    configuration.grid = instrument.grid
    channel.begin(instrument.grid)
    configuration.tick = instrument.grid.tick
    configuration.wantsGold = spec.wantsGold
    configuration.instrumentID = spec.instrumentID
    configuration.publisherID = spec.publisherID
    configuration.pausesAfterBins = true
    configuration.levels = Self.levels
    configuration.barWidth = spec.bars?.nanoseconds
    if spec.recordsBins || spec.bars != nil { recorder = FeedRecorder(spec, session: session) }
    try rewind()
  }

  func rewind() throws(FeedFailure) {
    files.rewind()
    replay = FeedReplay(configuration, endsWithFile: !files.isTailed)
    pending = nil
    hasUntold = false
    lastCheckpoint = 0
    contents = []
    _ = try openNext()
  }

  /// Opens the next file; false where there is none, or none yet.
  func openNext() throws(FeedFailure) -> Bool {
    guard let path = try files.next() else { return false }
    try replay.open(path)
    checkpoints = nil
    isFinding = false
    return true
  }

  /// Writes down how it ended, tells the subscribers, and lets the thread end.
  private func end(_ failure: String?) async {
    var failure = failure
    do {
      if failure == nil, !isStopping { recorder?.add(replay.takeBars(everything: true)) }
      try await flushAll()
    } catch {
      failure = failure ?? "\(error)"
    }
    if let failure { report("feed \(spec.name) has failed: \(failure)") }
    status = failure == nil ? .stopped : .failed
    timer?.close()
    timer = nil
    for attempt in 0..<5 {
      await save(reason: failure)
      if saveFailure == nil { break }
      try? await loop.sleep(for: .milliseconds(200 << attempt))
    }
    channel.end(failure.map(FeedEnd.failed) ?? .stopped)
    unanswered?.whenDone.resume()
    mailbox.close()
    await pool.close()
    loop.stop()
  }

  // MARK: - Work

  /// Replays until the end or the order to stop.
  private func work() async throws {
    while true {
      try await obey()
      if isStopping { return }
      let now = EventLoop.nanoseconds
      if now &- lastSave >= Self.saveInterval { saveSoon() }
      try await flushIfDue(now)
      if status == .paused {
        await rest(until: now + Self.saveInterval)
        continue
      }
      if let bin = pending {
        let due = pace.due(bin.snapshot.header.end, now: now)
        guard due <= now else {
          await rest(until: min(due, now + Self.saveInterval))
          continue
        }
        publish(bin, due: due, now: now)
        pending = nil
      } else if try await !advance() {
        return
      }
      if now &- lastBreath >= Self.breath { await breathe() }
    }
  }

  /// Reads to the next bin; false at the end of all.
  private func advance() async throws -> Bool {
    switch try replay.advance() {
    case .records: break
    case .bin: takeBin()
    case .endOfFile:
      tellUntold()
      if try openNext() {
        // Whoever goes on later has to know the contents of each.
        findSoon()
      } else if files.isTailed {
        await rest(until: EventLoop.nanoseconds + Self.pollInterval)
      } else if replay.records == 0 {
        throw FeedFailure("there are no orders in what was read: a feed is made of the schema mbo")
      } else {
        return false
      }
    }
    return true
  }

  private func takeBin() {
    record()
    keepCheckpoint()
    if pace.isBounded {
      pending = FeedBin(GridSnapshot(replay.frame))
    } else if channel.isWanted(replay.frame.header.sequence) {
      hasUntold = false
      tell(GridSnapshot(replay.frame), endedAt: Self.wallClock())
    } else {
      hasUntold = true
    }
  }

  private func publish(_ bin: FeedBin, due: UInt64, now: UInt64) {
    tell(bin.snapshot, endedAt: Self.wallClock() - (now - due))
  }

  private func tell(_ snapshot: GridSnapshot, endedAt: UInt64) {
    channel.publish(FeedBin(snapshot, endedAt: endedAt))
  }

  /// Tells the newest bin that nobody waited for, for those who come later.
  private func tellUntold() {
    guard hasUntold else { return }
    hasUntold = false
    tell(GridSnapshot(replay.frame), endedAt: Self.wallClock())
  }

  /// Lets the loop do what else there is, and goes on at once.
  func breathe() async {
    tellUntold()
    await withUnsafeContinuation { continuation in
      loop.atTurnEnd { continuation.resume() }
    }
    lastBreath = EventLoop.nanoseconds
  }

  // MARK: - Orders

  private func obey() async throws {
    while let letter = mailbox.next() {
      // Where it cannot be followed, it is answered when that is written down.
      unanswered = letter
      try await obey(letter.order)
      unanswered = nil
      if isStopping { status = .stopping }
      await save()
      letter.whenDone.resume()
    }
  }

  private func obey(_ order: FeedOrder) async throws {
    switch order {
    case .stop: isStopping = true
    case .pause: status = .paused
    case .resume(let speed):
      if let speed { pace.speed = speed }
      pace.reset()
      status = .active
    case .seek(let time):
      try await seek(to: time)
      // Also a feed that stands shows where it is now.
      guard let bin = pending else { return }
      let now = EventLoop.nanoseconds
      publish(bin, due: now, now: now)
      pace.begin(at: bin.snapshot.header.end, clock: now)
      pending = nil
    }
  }

  // MARK: - Waiting

  private func rest(until time: UInt64) async {
    let now = EventLoop.nanoseconds
    guard time > now, mailbox.isEmpty else { return }
    // To the nearest millisecond at or behind it.
    timer?.start(afterMilliseconds: (time - now + 999_999) / 1_000_000) { [unowned self] in
      self.assumeIsolated { $0.wake() }
    }
    await withUnsafeContinuation { continuation in
      if mailbox.isEmpty { waiter = continuation } else { continuation.resume() }
    }
    timer?.stop()
    lastBreath = EventLoop.nanoseconds
  }

  private func wake() {
    waiter?.resume()
    waiter = nil
  }

  private static func wallClock() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }

  // MARK: - The row

  /// Writes its row while the replay goes on.
  private func saveSoon() {
    lastSave = EventLoop.nanoseconds
    guard !isSaving else { return }
    loop.spawn { await self.save() }
  }

  private func save(reason: String? = nil) async {
    isSaving = true
    lastSave = EventLoop.nanoseconds
    let progress = FeedStore.Progress(
      status: status,
      reason: reason,
      bins: replay.bins,
      records: replay.records,
      time: replay.time,
      file: files.current?.lastComponent
    )
    do {
      try await FeedStore.save(progress, of: session, pool)
      saveFailure = nil
    } catch {
      let problem = "\(error)"
      if saveFailure != problem { report("feed \(spec.name) cannot be written down: \(problem)") }
      saveFailure = problem
    }
    isSaving = false
  }
}
