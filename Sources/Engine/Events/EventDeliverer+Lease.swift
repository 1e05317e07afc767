import EventLoop
import JSON
import PostgresClient

// Which of several servers tells the events, and when none does.
extension EventDeliverer {
  /// Says after how many milliseconds to begin anew; nil where this server leads and may have something to do.
  func timeToWait() async -> Int? {
    let interval = Int(LeaseWatch.interval)
    if triggers.isEmpty {
      if isLeading, isIdle { await rest() }
      return interval
    }
    if !isLeading, let pause = await look() { return pause }
    return await leads() ? nil : interval
  }

  func leads() async -> Bool {
    let now = loop.milliseconds
    if isLeading, hold.isHeld(at: now), now - lastRenewal < LeaseHold.renewal { return true }
    lastRenewal = now
    let answer = await lease.take()
    // If the time was over before it was taken anew, another server may have had it.
    if answer == .lost || !hold.isHeld(at: loop.milliseconds) { resign() }
    hold.note(answer, askedAt: now)
    guard hold.isHeld(at: loop.milliseconds) else { return false }
    if !isLeading {
      guard case .held(let former) = answer else { return false }
      // Where nobody else has told any since, all is as it was left.
      let goesOn = hold.goesOn(after: former)
      isLeading = goesOn ? true : await takeOver()
      if !isLeading { watch = LeaseWatch() }
      lastWork = loop.milliseconds
    }
    return isLeading
  }

  /// Whether nothing is here that another server would have to know of.
  var isIdle: Bool {
    queues.count == 0 && unnoted.isEmpty && idsNoted.isEmpty && notes == nil
  }

  func rest() async {
    isLeading = false
    guard !mayHaveLost else {
      hold.lose()
      watch = LeaseWatch()
      // Whoever takes it next is to look for what may be locked, also if this server is gone by then.
      return await lease.giveBack()
    }
    hold.rest()
    watch.noteRest(of: lease.holder)
    await lease.rest()
  }

  /// Says after how many milliseconds to look again; nil where there is something to do.
  func look() async -> Int? {
    if watch.isDue(at: loop.milliseconds) {
      guard let state = await lease.look() else { return Int(LeaseWatch.interval) }
      // Another server may have left behind what stands below the floor.
      if watch.note(state, at: loop.milliseconds) { search = EventSearch() }
    }
    guard !watch.isTaken else { return Int(LeaseWatch.interval) }
    let batch = search.beginLook(
      now: loop.milliseconds,
      lookingForLocked: watch.wantsLocked
    )
    guard let rows = try? await pool.execute(batch, access: .write)[0] else {
      return Int(LeaseWatch.interval)
    }
    func place(_ column: Int) -> Int? { rows.string(0, column).flatMap { Int($0) } }
    let isEmpty = rows.string(0, 3) == "f"
    search.endLook(
      now: loop.milliseconds,
      oldest: place(0) ?? 0,
      own: place(2),
      lastOrder: place(1) ?? 0,
      isEmpty: isEmpty
    )
    guard isEmpty else { return nil }
    watch.noteNothing()
    return configuration.eventInterval
  }

  /// Holds on to the lease while a search takes long: else its time would be over with each.
  func renew() async {
    while await pause(Int(LeaseHold.renewal)) {
      let now = loop.milliseconds
      guard isLeading, hold.isHeld(at: now), now - lastRenewal >= LeaseHold.renewal else {
        continue
      }
      lastRenewal = now
      let answer = await lease.take()
      // If it was lost meanwhile, it is taken over in turn.
      if hold.isHeld(at: loop.milliseconds) { hold.note(answer, askedAt: now) }
    }
  }

  func resign() {
    isLeading = false
    watch = LeaseWatch()
    queues.clear()
  }

  /// Learns what the leader before had taken over, and which rows wait.
  func takeOver() async -> Bool {
    // What is being told here is not to be told twice.
    var batch = Self.releasing(queues.idsUnderWay + unnoted.ids + idsNoted)
    batch.append(EventLog.waiting)
    guard let results = try? await pool.execute(batch, access: .write) else { return false }
    mayHaveLost = false
    search = EventSearch()
    var rows: Set<Event.Row> = []
    for event in events(results[1]) {
      let row = event.formerRow ?? event.row
      if rows.insert(row).inserted { queues.block(row, by: event.id) }
    }
    return true
  }

  static func releasing(_ exceptions: [String]) -> QueryBatch {
    QueryBatch(EventLog.releasing, Parameters(json: .array(exceptions.map { .string($0) })))
  }
}
