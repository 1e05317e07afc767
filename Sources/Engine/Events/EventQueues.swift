/// Which event may be told next: of each row one after the other, of all rows no more than a number.
///
/// Synchronous and without a clock.
struct EventQueues {
  private var queues: [Event.Row: [Event]] = [:]
  /// Rows that nothing is under way for, and that have events.
  private var ready: [Event.Row] = []
  private var readyStart = 0
  /// Rows whose key has changed: where their events stand.
  private var aliases: [Event.Row: Event.Row] = [:]
  /// Rows whose first event waits to be tried again: its id.
  private var blocked: [Event.Row: String] = [:]
  /// What is being told, by the row where it stands first.
  private var underWay: [Event.Row: String] = [:]
  var inFlight: Int { underWay.count }
  var idsUnderWay: [String] { Array(underWay.values) }
  /// Events that are here.
  private(set) var count = 0

  /// Notes a row that has to wait for an event.
  mutating func block(_ row: Event.Row, by id: String) { blocked[row] = id }

  /// A row waits for an event that is done with: it goes on waiting for one that waited too.
  mutating func replaceBlock(by id: String, with next: String) {
    for row in blocked.keys where blocked[row] == id { blocked[row] = next }
  }

  /// Adds an event; returns the id of the one that it has to wait for elsewhere.
  mutating func add(_ event: Event) -> String? {
    let row = resolved(event.formerRow ?? event.row)
    if let head = blocked[row] {
      guard head == event.id else { return head }
      blocked[row] = nil
    }
    if event.formerRow != nil, event.row != row { aliases[event.row] = row }
    count += 1
    if queues[row] == nil {
      queues[row] = [event]
      ready.append(row)
    } else {
      queues[row]?.append(event)
    }
    return nil
  }

  /// The next event to tell; nil where there is none, or enough are under way.
  mutating func next(within limit: Int) -> (row: Event.Row, event: Event)? {
    guard inFlight < limit, readyStart < ready.count else { return nil }
    let row = ready[readyStart]
    readyStart += 1
    if readyStart > 1024, readyStart * 2 > ready.count {
      ready.removeFirst(readyStart)
      readyStart = 0
    }
    guard let event = queues[row]?.first else { return next(within: limit) }
    underWay[row] = event.id
    return (row, event)
  }

  /// Takes the first event of a row out; the next one may follow.
  mutating func finish(_ row: Event.Row) {
    underWay[row] = nil
    count -= 1
    queues[row]?.removeFirst()
    if queues[row]?.isEmpty ?? true {
      forget(row)
    } else {
      ready.append(row)
    }
  }

  /// The first event of a row is to be tried again later: those behind it are handed back.
  mutating func wait(_ row: Event.Row) -> [Event] {
    underWay[row] = nil
    guard let events = queues[row], let head = events.first else { return [] }
    count -= events.count
    forget(row)
    blocked[row] = head.id
    return Array(events.dropFirst())
  }

  /// Lets all go that is not being told.
  mutating func clear() {
    queues = queues.compactMapValues { $0.first.map { [$0] } }
      .filter { underWay[$0.key] != nil }
    ready = []
    readyStart = 0
    count = underWay.count
    aliases = aliases.filter { underWay[$0.value] != nil }
  }

  private mutating func forget(_ row: Event.Row) {
    queues[row] = nil
    if !aliases.isEmpty { aliases = aliases.filter { $0.value != row } }
  }

  private func resolved(_ row: Event.Row) -> Event.Row { aliases[row] ?? row }
}
