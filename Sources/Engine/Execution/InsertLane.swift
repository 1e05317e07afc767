import PostgresClient

/// Inserts of one row by one plan: one runs at a time, and those that come meanwhile go together.
///
/// Each is a transaction of its own to whoever sent it: rows that go together are committed together,
/// as concurrent transactions may be, and where one of them fails each is tried by itself. Only those
/// of one session go together, since triggers are told on whose behalf they run.
struct InsertLane {
  /// What becomes of an insert that had to wait.
  enum Turn {
    /// Another one's statement inserted it: the row of the result, -1 for none.
    case row(QueryResult, Int)
    /// It runs the statement for itself and for others.
    case lead([Waiting])
    /// It runs by itself.
    case alone
    /// It went with another one's statement, and nobody knows what came of it.
    case failure(PostgresError)
  }

  struct Waiting {
    let session: Session
    /// The texts of the statement's slots.
    let texts: [[UInt8]?]
    let continuation: UnsafeContinuation<Turn, Never>
  }

  private static let maximumGathered = 64
  /// How long one may run, in milliseconds, before those that come no longer wait for it: it may itself
  /// wait for a lock.
  private static let patience: UInt64 = 5

  private var running = 0
  private var lastStart: UInt64 = 0
  private var waiting: [Waiting] = []

  /// Whether one that comes now waits, to go together with others.
  func isBusy(now: UInt64) -> Bool { running > 0 && now < lastStart &+ Self.patience }

  mutating func enter(now: UInt64) {
    running += 1
    lastStart = now
  }

  mutating func wait(_ waiting: Waiting) {
    self.waiting.append(waiting)
  }

  /// Ends an insert; the first that waits goes on in its place, with those of its session.
  mutating func leave(now: UInt64) {
    running -= 1
    guard let first = waiting.first else { return }
    enter(now: now)
    let count = waiting.prefix(Self.maximumGathered).prefix { $0.session == first.session }.count
    let group = Array(waiting.prefix(count))
    waiting.removeFirst(count)
    first.continuation.resume(returning: .lead(Array(group.dropFirst())))
  }
}

/// Inserts that go as one statement.
struct InsertGroup {
  private let texts: [[[UInt8]?]]
  private let others: [InsertLane.Waiting]

  init(own: [[UInt8]?], others: [InsertLane.Waiting]) {
    texts = [own] + others.map(\.texts)
    self.others = others
  }

  /// An array literal for each parameter of the requests, and those of the role as they are.
  func parameters(isArray: [Bool]) -> Parameters {
    var parameters = Parameters()
    for (part, isArray) in isArray.enumerated() {
      guard isArray else {
        if let text = texts[0][part] {
          parameters.append(text: text)
        } else {
          parameters.appendNull()
        }
        continue
      }
      var literal: [UInt8] = [UInt8(ascii: "{")]
      for (index, request) in texts.enumerated() {
        if index > 0 { literal.append(UInt8(ascii: ",")) }
        guard let text = request[part] else {
          literal += "NULL".utf8
          continue
        }
        literal.appendArrayElement(text)
      }
      literal.append(UInt8(ascii: "}"))
      parameters.append(text: literal)
    }
    return parameters
  }

  /// Hands the others their rows and returns the row of the one who leads, -1 for none.
  ///
  /// There is a row for each, or for none of them.
  func answer(_ result: QueryResult) -> Int {
    let hasRows = result.rowCount == texts.count
    for (index, other) in others.enumerated() {
      other.continuation.resume(returning: .row(result, hasRows ? index + 1 : -1))
    }
    return hasRows ? 0 : -1
  }

  /// What the statement did was undone: each finds out by itself whose fault it was.
  func goAlone() {
    for other in others { other.continuation.resume(returning: .alone) }
  }

  func fail(_ error: PostgresError) {
    for other in others { other.continuation.resume(returning: .failure(error)) }
  }
}
