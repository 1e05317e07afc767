import CLLHTTP

/// What is known of the request that is being read; llhttp's callbacks write into it.
struct ParserState {
  private let limits: HTTPLimits
  private let bodyLimit: (@Sendable (HTTPRequest) -> Int)?

  /// The bytes of the head so far: one piece, also where it came in many.
  private(set) var head: [UInt8] = []
  private var parts = RequestHead.Parts()
  /// The request whose head is complete.
  private(set) var request: HTTPRequest?
  private(set) var body: [UInt8] = []
  private var maximumBodyBytes = 0
  private var framing: ChunkFraming?
  /// Where the bytes that llhttp now reads begin, as offset 0 of what `head` gets.
  private var start: UnsafePointer<CChar>?
  /// The first byte that is not yet known as content or framing of a chunked body.
  private var unchecked: UnsafePointer<CChar>?
  var expectsContinue = false
  private(set) var failure: HTTPRefusal.Reason?

  init(limits: HTTPLimits, bodyLimit: (@Sendable (HTTPRequest) -> Int)?) {
    self.limits = limits
    self.bodyLimit = bodyLimit
  }

  static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> UnsafeMutablePointer<ParserState>? {
    parser?.pointee.data?.assumingMemoryBound(to: ParserState.self)
  }

  // MARK: - Called by llhttp

  mutating func target(_ bytes: UnsafePointer<CChar>?, _ count: Int) {
    guard let range = place(bytes, count) else { return }
    if parts.target.isEmpty {
      parts.target = range
    } else {
      parts.target = parts.target.lowerBound..<range.upperBound
    }
  }

  mutating func headerName(_ bytes: UnsafePointer<CChar>?, _ count: Int) {
    // Trailers are dropped.
    guard request == nil, let range = place(bytes, count) else { return }
    if let last = parts.names.last, last.upperBound == range.lowerBound {
      parts.names[parts.names.count - 1] = last.lowerBound..<range.upperBound
    } else if parts.names.count < limits.maximumHeaderCount {
      parts.names.append(range)
    } else {
      failure = .headTooLarge
    }
  }

  /// Takes content; says whether it is within the limit.
  mutating func body(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Bool {
    guard let bytes, failure == nil else { return false }
    checkFraming(upTo: bytes)
    unchecked = bytes + count
    framing?.content(count)
    if count > maximumBodyBytes - body.count { failure = .bodyTooLarge }
    guard failure == nil else { return false }
    body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return true
  }

  /// Where bytes of the current input will stand in `head`.
  private func place(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Range<Int>? {
    guard let bytes, let start else { return nil }
    let first = head.count + (bytes - start)
    return first..<first + count
  }

  // MARK: - Called by the parser

  /// Bytes are about to be read.
  mutating func begin(at bytes: UnsafePointer<CChar>) {
    start = bytes
    unchecked = bytes
  }

  /// Bytes have been read.
  mutating func take(_ bytes: UnsafePointer<CChar>, count: Int) {
    if request != nil {
      checkFraming(upTo: bytes + count)
    } else if count > limits.maximumHeadBytes - head.count {
      failure = parts.names.isEmpty ? .targetTooLong : .headTooLarge
    } else {
      head.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
      if parts.target.count > limits.maximumTargetBytes { failure = .targetTooLong }
    }
  }

  private mutating func checkFraming(upTo end: UnsafePointer<CChar>) {
    guard framing != nil, let first = unchecked, end > first else { return }
    if framing?.accept(UnsafeRawBufferPointer(start: first, count: end - first)) == false {
      failure = failure ?? .malformed("chunked body")
    }
    unchecked = end
  }

  /// Ends the head, or the request, which it then returns.
  mutating func finish(_ parser: llhttp_t) -> HTTPRequest? {
    if var complete = request.take() {
      complete.body = body
      body = []
      framing = nil
      expectsContinue = false
      return complete
    }
    do throws(HTTPRefusal) {
      let head = try RequestHead(bytes: take(&head), parts, method: parser.method)
      parts.removeAll()
      maximumBodyBytes = limits.maximumBodyBytes
      switch head.content {
      case .none:
        break
      case .bytes(let count):
        guard count == parser.content_length else {
          throw HTTPRefusal(.malformed("content-length"))
        }
        if let bodyLimit { maximumBodyBytes = bodyLimit(head.request) }
        guard count <= UInt64(max(maximumBodyBytes, 0)) else { throw HTTPRefusal(.bodyTooLarge) }
        // A claim costs nothing: what is promised here has not come yet.
        body.reserveCapacity(min(Int(count), 1 << 16))
        expectsContinue = head.expectsContinue
      case .chunked:
        if let bodyLimit { maximumBodyBytes = bodyLimit(head.request) }
        framing = ChunkFraming(allowance: limits.maximumHeadBytes)
        expectsContinue = head.expectsContinue
      }
      request = head.request
    } catch {
      failure = error.reason
    }
    return nil
  }

  /// Keeps what was wrong first: a callback's own reason comes before llhttp's.
  mutating func fail(_ status: llhttp_errno_t) {
    if failure != nil { return }
    switch status {
    case HPE_PAUSED_H2_UPGRADE, HPE_INVALID_VERSION: failure = .unknownVersion
    case HPE_INVALID_METHOD: failure = .malformed("method")
    case HPE_INVALID_URL: failure = .malformed("target")
    case HPE_INVALID_CONTENT_LENGTH, HPE_UNEXPECTED_CONTENT_LENGTH:
      failure = .malformed("content-length")
    case HPE_INVALID_TRANSFER_ENCODING: failure = .malformed("transfer-encoding")
    case HPE_INVALID_CHUNK_SIZE: failure = .malformed("chunked body")
    default: failure = .malformed(request == nil ? "head" : "chunked body")
    }
  }

  private func take(_ bytes: inout [UInt8]) -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
