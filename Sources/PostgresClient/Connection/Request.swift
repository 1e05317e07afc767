/// Something asked of the database, from the call to its answer.
///
/// `@unchecked Sendable`: touched on the pool's loop only; elsewhere it is just handed on.
final class Request: @unchecked Sendable {
  enum Work {
    /// A pipeline with one Sync.
    case batch(QueryBatch)
    /// Text with any number of statements, by the simple protocol.
    case text(String)
    /// A `COPY … FROM STDIN`; answered when the server wants data.
    case copy(String)
    /// The end of that data, or the reason why it does not come.
    case copyEnd(failure: String?)
    /// The exclusive use of a connection.
    case lease
  }

  enum Answer {
    case results(BatchAnswer)
    case wire(Wire)
    indirect case failure(PostgresError)
  }

  private enum State {
    case new
    case pending(UnsafeContinuation<Answer, Never>)
    case over
  }

  let work: Work
  let access: Access
  /// Whether it ends a transaction, so that no answer leaves open what the server did.
  var isCommit = false
  /// Whether it was sent in a transaction that the end of the connection rolls back.
  var isInTransaction = false
  /// Whether it makes the connection fit for the next user; if it fails, there is none.
  var isCleaning = false
  var hasRetried = false
  /// How often it met something prepared that was out of date.
  var staleTries = 0
  /// The connection that works on it.
  var wire: Wire?

  // What has been received so far.
  var results: [QueryResult] = []
  var failure: PostgresError?

  /// When it was sent, and how long the server took, in nanoseconds of the loop's clock.
  var sentAt: UInt64 = 0
  var serviceTime: UInt64 = 0

  private var state = State.new

  init(_ work: Work, access: Access) {
    self.work = work
    self.access = access
  }

  /// Whether nobody waits for the answer any more.
  var isOver: Bool { if case .over = state { true } else { false } }

  /// Ties the answer to a suspended task; false when the request was cancelled before.
  func wait(_ continuation: UnsafeContinuation<Answer, Never>) -> Bool {
    if isOver {
      continuation.resume(returning: .failure(.cancelled))
      return false
    }
    state = .pending(continuation)
    return true
  }

  /// Answers, once.
  func finish(_ answer: Answer) {
    let last = state
    state = .over
    if case .pending(let continuation) = last { continuation.resume(returning: answer) }
  }

  /// Answers with what has been received.
  func finish() {
    if let failure { return finish(.failure(failure)) }
    let time = Duration.nanoseconds(Int64(clamping: serviceTime))
    finish(.results(BatchAnswer(results: results, serviceTime: time)))
  }

  var use: Lane<Request>.Use {
    switch work {
    case .batch: access == .quickRead ? .briefBatch : .batch
    case .text, .copy, .copyEnd, .lease: .lease
    }
  }
}
