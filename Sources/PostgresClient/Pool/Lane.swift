/// Decides which connection of a kind serves whom, when one is opened and who is turned away.
///
/// It knows neither sockets nor clocks: events come with the time in milliseconds, and the pool
/// does what the answers say. Connections are slots, numbered from zero.
struct Lane<Waiter> {
  struct Limits: Hashable, Sendable {
    var connections: Int
    var waiting: Int
    var waitTimeout: UInt64
    var idleTimeout: UInt64
    /// How old a connection may get; zero is without limit.
    var lifetime: UInt64 = 0
    /// How many brief batches may be under way on one connection.
    var depth: Int
    /// How many connections brief batches are spread over before they queue up behind each other.
    var briefConnections: Int
  }

  /// What a waiter wants a connection for.
  enum Use: Hashable, Sendable {
    case batch
    /// A batch known to be quick, which may queue up on a busy connection behind its like.
    case briefBatch
    case lease
  }

  enum Verdict: Hashable, Sendable {
    case use(slot: Int)
    case wait
    case refuse(PostgresError)
  }

  private enum Slot {
    case empty
    case connecting
    case idle(since: UInt64)
    case busy(load: Int, isBrief: Bool)
  }

  private struct Entry {
    let waiter: Waiter
    let use: Use
    let deadline: UInt64
  }

  /// Why no connection could be opened, and when the next try is due.
  private struct Outage {
    var error: PostgresError
    var failures: Int
    var nextTry: UInt64
  }

  private let limits: Limits
  private var slots: [Slot]
  /// The slots that are idle, the one used last at the end: it is the first to be used again.
  private var idle: [Int] = []
  private var connecting = 0
  /// By slot: when its connection was opened.
  private var opened: [UInt64]
  private var queue = WaitQueue<Entry>()
  private var outage: Outage?
  private(set) var isClosed = false

  init(_ limits: Limits) {
    self.limits = limits
    slots = Array(repeating: .empty, count: max(limits.connections, 1))
    opened = Array(repeating: 0, count: slots.count)
  }

  var waiting: Int { queue.count }
  var idleCount: Int { idle.count }

  /// How many connections are open, at work or not.
  var openCount: Int {
    slots.count { slot in
      switch slot {
      case .empty, .connecting: false
      case .idle, .busy: true
      }
    }
  }

  /// Whether no connection is open or being opened.
  var isEmpty: Bool { connecting == 0 && openCount == 0 }

  // MARK: - Requests

  /// A request comes, or comes back after its connection broke: then `isRetry`, and it goes first.
  mutating func submit(
    _ waiter: Waiter,
    _ use: Use,
    isRetry: Bool = false,
    now: UInt64
  ) -> Verdict {
    if isClosed { return .refuse(.closed) }
    if queue.isEmpty, let slot = place(use) { return .use(slot: slot) }
    if let outage, openCount == 0 { return .refuse(outage.error) }
    let entry = Entry(waiter: waiter, use: use, deadline: now &+ limits.waitTimeout)
    if isRetry {
      queue.prepend(entry)
      return .wait
    }
    if queue.count >= limits.waiting { return .refuse(.queueFull) }
    queue.append(entry)
    return .wait
  }

  /// The request at the head of the queue, when there is a connection for it.
  mutating func dispatch() -> (waiter: Waiter, slot: Int)? {
    guard let first = queue.first, let slot = place(first.use) else { return nil }
    return (queue.removeFirst().waiter, slot)
  }

  mutating func cancel(where matches: (Waiter) -> Bool) -> Bool {
    queue.removeFirst { matches($0.waiter) } != nil
  }

  /// A connection for a batch: an idle one, and for a brief batch perhaps one that is at work.
  private mutating func place(_ use: Use) -> Int? {
    if use == .briefBatch, limits.depth > 1, let slot = sharedSlot() { return slot }
    guard let slot = idle.popLast() else { return nil }
    slots[slot] = .busy(load: 1, isBrief: use == .briefBatch)
    return slot
  }

  /// The connection with the least to do of those that brief batches share, once these are enough.
  ///
  /// A few connections kept at work cost the server less than many with one batch each.
  private mutating func sharedSlot() -> Int? {
    var open = 0
    var shared = 0
    var best: Int?
    var least = limits.depth
    for (index, slot) in slots.enumerated() {
      switch slot {
      case .empty: continue
      case .busy(let load, isBrief: true):
        shared += 1
        if load < least {
          best = index
          least = load
        }
      case .connecting, .idle, .busy: break
      }
      open += 1
    }
    let enough = min(limits.briefConnections, limits.connections)
    let isSpread = shared >= enough || (idle.isEmpty && (open >= enough || outage != nil))
    guard isSpread, let best else { return nil }
    slots[best] = .busy(load: least + 1, isBrief: true)
    return best
  }

  // MARK: - Connections

  /// A slot whose connection is to be opened now: ask until nil after every event.
  mutating func slotToOpen(now: UInt64) -> Int? {
    if isClosed { return nil }
    if let outage {
      // One try at a time while the server is away, whether anybody waits or not.
      if connecting > 0 || now < outage.nextTry { return nil }
      if openCount > 0 && queue.isEmpty { return nil }
    } else if connecting >= queue.count {
      return nil
    }
    let empty = slots.firstIndex { if case .empty = $0 { true } else { false } }
    guard let slot = empty else { return nil }
    slots[slot] = .connecting
    connecting += 1
    return slot
  }

  mutating func connected(_ slot: Int, now: UInt64) {
    connecting -= 1
    outage = nil
    opened[slot] = now
    becomeIdle(slot, now: now)
  }

  /// Returns those who are to be refused: all, when no connection is left to serve them.
  ///
  /// - Parameter jitter: a random number from 0 to 255.
  mutating func connectFailed(
    _ slot: Int,
    _ error: PostgresError,
    now: UInt64,
    jitter: UInt8
  ) -> [Waiter] {
    connecting -= 1
    slots[slot] = .empty
    let failures = (outage?.failures ?? 0) + 1
    // 100, 200, 400 ms, less up to a quarter: so soon that service is back within a second.
    let delay = UInt64(100) << UInt64(min(failures - 1, 2))
    let pause = delay - delay * UInt64(jitter) / 1024
    outage = Outage(error: error, failures: failures, nextTry: now &+ pause)
    return openCount == 0 ? queue.removeAll().map(\.waiter) : []
  }

  /// One batch is done; true when the connection has nothing more to do.
  mutating func finished(_ slot: Int) -> Bool {
    guard case .busy(let load, let isBrief) = slots[slot] else { return false }
    slots[slot] = .busy(load: max(load - 1, 0), isBrief: isBrief)
    return load <= 1
  }

  /// Takes a connection out of sharing: nothing more is sent on it until it is released.
  mutating func hold(_ slot: Int) {
    if case .busy(let load, _) = slots[slot] { slots[slot] = .busy(load: load, isBrief: false) }
  }

  /// The connection may serve the next one; said twice, it counts once.
  mutating func released(_ slot: Int, now: UInt64) {
    guard case .busy = slots[slot] else { return }
    becomeIdle(slot, now: now)
  }

  /// The connection is gone, whatever it was doing.
  mutating func lost(_ slot: Int) {
    if case .connecting = slots[slot] { connecting -= 1 }
    slots[slot] = .empty
    idle.removeAll { $0 == slot }
  }

  private mutating func becomeIdle(_ slot: Int, now: UInt64) {
    slots[slot] = .idle(since: now)
    idle.append(slot)
  }

  // MARK: - Time

  /// Those who have waited too long.
  mutating func expire(now: UInt64) -> [Waiter] {
    var expired: [Waiter] = []
    while let first = queue.first, first.deadline <= now {
      expired.append(queue.removeFirst().waiter)
    }
    return expired
  }

  /// An idle connection that was not used for long, or is old; the last one stays.
  mutating func slotToClose(now: UInt64) -> Int? {
    guard idle.count > 1, let oldest = idle.first, let since = idleSince(oldest) else { return nil }
    if now >= since &+ limits.idleTimeout { return oldest }
    return limits.lifetime == 0 ? nil : idle.first { isOld($0, now: now) }
  }

  /// Whether a connection has lived for as long as it may.
  func isOld(_ slot: Int, now: UInt64) -> Bool {
    limits.lifetime > 0 && now >= end(of: slot)
  }

  /// When a connection is old: those that were opened together end one after the other.
  private func end(of slot: Int) -> UInt64 {
    let early = limits.lifetime / 10 * UInt64(slot) / UInt64(slots.count)
    return opened[slot] &+ limits.lifetime - early
  }

  /// When time alone will change something.
  ///
  /// It mutates nothing: called once a request, it would otherwise be called on a copy.
  mutating func nextEvent() -> UInt64? {
    var next: UInt64?
    func consider(_ time: UInt64) { next = min(next ?? time, time) }
    if let first = queue.first { consider(first.deadline) }
    if let outage, connecting == 0, !isClosed, openCount == 0 || !queue.isEmpty {
      consider(outage.nextTry)
    }
    if idle.count > 1, let oldest = idle.first, let since = idleSince(oldest) {
      consider(since &+ limits.idleTimeout)
      if limits.lifetime > 0 { for slot in idle { consider(end(of: slot)) } }
    }
    return next
  }

  private func idleSince(_ slot: Int) -> UInt64? {
    if case .idle(let since) = slots[slot] { since } else { nil }
  }

  /// Ends the lane; returns those who waited.
  mutating func close() -> [Waiter] {
    isClosed = true
    return queue.removeAll().map(\.waiter)
  }
}
