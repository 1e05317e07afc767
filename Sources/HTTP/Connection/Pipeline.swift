/// The requests of one connection that are not yet answered, in the order in which they came.
///
/// Answers leave in that order. Safe requests are served side by side; one that may change
/// something waits for those before it and holds back those after it (RFC 9112, section 9.3.2).
struct Pipeline {
  /// What has to be known of a request to send its answer.
  struct Exchange {
    let isHead: Bool
    let isSafe: Bool
    let minorVersion: UInt8
    /// Whether the client leaves the connection open after this.
    let isPersistent: Bool
    fileprivate var isRunning: Bool
    fileprivate var task: Task<Void, Never>?
    fileprivate(set) var response: HTTPResponse?
  }

  /// A request to be served now.
  typealias Start = (id: UInt64, request: HTTPRequest)

  private var exchanges: [Exchange] = []
  /// The number of the first exchange; each has the next one.
  private var firstID: UInt64 = 0
  /// The requests of the exchanges that are neither running nor answered, in their order.
  private var waiting: [HTTPRequest] = []
  /// The bytes of their bodies.
  private(set) var waitingByteCount = 0
  /// Before this exchange none waits.
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
        isRunning: false
      )
    )
    waiting.append(request)
    waitingByteCount += request.body.count
  }

  /// Puts an answer at the end that no request of its own asked for: a refusal.
  mutating func append(_ response: HTTPResponse) {
    exchanges.append(
      Exchange(
        isHead: false,
        isSafe: true,
        minorVersion: 1,
        isPersistent: false,
        isRunning: false,
        response: response
      )
    )
  }

  /// The next request that may be served now.
  mutating func start() -> Start? {
    while startedCount < exchanges.count {
      if exchanges[startedCount].response != nil {
        startedCount += 1
        continue
      }
      let isSafe = exchanges[startedCount].isSafe
      if runningCount > 0 && (isUnsafeRunning || !isSafe) { return nil }
      let id = firstID + UInt64(startedCount)
      exchanges[startedCount].isRunning = true
      startedCount += 1
      runningCount += 1
      isUnsafeRunning = !isSafe
      let request = waiting.removeFirst()
      waitingByteCount -= request.body.count
      return (id, request)
    }
    return nil
  }

  /// Notes who serves a request, unless it has been answered already.
  mutating func note(_ task: Task<Void, Never>, for id: UInt64) {
    guard let index = runningIndex(of: id) else { return }
    exchanges[index].task = task
  }

  /// Takes an answer.
  mutating func answer(_ id: UInt64, _ response: HTTPResponse) {
    guard let index = runningIndex(of: id) else { return }
    exchanges[index].response = response
    exchanges[index].isRunning = false
    exchanges[index].task = nil
    runningCount -= 1
    if runningCount == 0 { isUnsafeRunning = false }
  }

  /// The first exchange, if its answer may leave.
  mutating func popAnswered() -> (exchange: Exchange, response: HTTPResponse)? {
    guard !exchanges.isEmpty, exchanges[0].response != nil else { return nil }
    let first = exchanges.removeFirst()
    guard let response = first.response else { return nil }
    firstID += 1
    startedCount = max(startedCount - 1, 0)
    return (first, response)
  }

  /// Drops everything; cancels the tasks that serve.
  mutating func cancel() {
    for exchange in exchanges { exchange.task?.cancel() }
    firstID += UInt64(exchanges.count)
    exchanges.removeAll()
    waiting.removeAll()
    waitingByteCount = 0
    startedCount = 0
    runningCount = 0
    isUnsafeRunning = false
  }

  private func runningIndex(of id: UInt64) -> Int? {
    guard id >= firstID, id - firstID < UInt64(exchanges.count) else { return nil }
    let index = Int(id - firstID)
    return exchanges[index].isRunning ? index : nil
  }
}
