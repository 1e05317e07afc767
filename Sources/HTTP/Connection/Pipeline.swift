/// The requests of one connection that are not yet answered, in the order in which they came.
///
/// Answers leave in that order. Safe requests are served side by side; one that may change
/// something waits for those before it and holds back those after it (RFC 9112, section 9.3.2).
struct Pipeline {
  /// A request and what became of it.
  struct Exchange {
    enum State {
      case waiting(HTTPRequest)
      case running(Task<Void, Never>?)
      case answered(HTTPResponse)
    }

    let isHead: Bool
    let isSafe: Bool
    let minorVersion: UInt8
    /// Whether the client leaves the connection open after this.
    let isPersistent: Bool
    var state: State
  }

  private var exchanges: [Exchange] = []
  /// The number of the first exchange; each has the next one.
  private var firstID: UInt64 = 0
  /// How many of the exchanges, from the first on, are not waiting.
  private var startedCount = 0
  private var runningCount = 0
  private var isUnsafeRunning = false

  var isEmpty: Bool { exchanges.isEmpty }
  var count: Int { exchanges.count }
  var isAnyRunning: Bool { runningCount > 0 }

  mutating func append(_ request: HTTPRequest, isPersistent: Bool) {
    exchanges.append(
      Exchange(
        isHead: request.method == .head,
        isSafe: request.method.isSafe,
        minorVersion: request.minorVersion,
        isPersistent: isPersistent,
        state: .waiting(request)
      )
    )
  }

  /// Puts an answer at the end that no request of its own asked for: a refusal.
  mutating func append(_ response: HTTPResponse) {
    exchanges.append(
      Exchange(
        isHead: false,
        isSafe: true,
        minorVersion: 1,
        isPersistent: false,
        state: .answered(response)
      )
    )
  }

  /// The next request that may be served now.
  mutating func start() -> (id: UInt64, request: HTTPRequest)? {
    while startedCount < exchanges.count {
      guard case .waiting(let request) = exchanges[startedCount].state else {
        startedCount += 1
        continue
      }
      let isSafe = exchanges[startedCount].isSafe
      if runningCount > 0 && (isUnsafeRunning || !isSafe) { return nil }
      let id = firstID + UInt64(startedCount)
      exchanges[startedCount].state = .running(nil)
      startedCount += 1
      runningCount += 1
      isUnsafeRunning = !isSafe
      return (id, request)
    }
    return nil
  }

  /// Notes who serves a request, unless it has been answered already.
  mutating func note(_ task: Task<Void, Never>, for id: UInt64) {
    guard let index = index(of: id), case .running = exchanges[index].state else { return }
    exchanges[index].state = .running(task)
  }

  /// Takes an answer.
  mutating func answer(_ id: UInt64, _ response: HTTPResponse) {
    guard let index = index(of: id), case .running = exchanges[index].state else { return }
    exchanges[index].state = .answered(response)
    runningCount -= 1
    if runningCount == 0 { isUnsafeRunning = false }
  }

  /// The first exchange, if its answer may leave.
  mutating func popAnswered() -> (exchange: Exchange, response: HTTPResponse)? {
    guard !exchanges.isEmpty, case .answered = exchanges[0].state else { return nil }
    let first = exchanges.removeFirst()
    guard case .answered(let response) = first.state else { return nil }
    firstID += 1
    startedCount = max(startedCount - 1, 0)
    return (first, response)
  }

  /// Drops everything; cancels the tasks that serve.
  mutating func cancel() {
    for case .running(let task?) in exchanges.map(\.state) { task.cancel() }
    firstID += UInt64(exchanges.count)
    exchanges.removeAll()
    startedCount = 0
    runningCount = 0
    isUnsafeRunning = false
  }

  private func index(of id: UInt64) -> Int? {
    guard id >= firstID, id - firstID < UInt64(exchanges.count) else { return nil }
    return Int(id - firstID)
  }
}
