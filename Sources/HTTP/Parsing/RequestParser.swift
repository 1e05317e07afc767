import CLLHTTP

/// The bytes of a connection as requests: llhttp, held to the strict reading of RFC 9112.
///
/// llhttp says where a head's parts stand and takes bodies apart. ``RequestHead`` then checks the
/// bytes between those parts, so that what a more lenient peer would read another way is refused:
/// nothing that two parsers could split differently gets through. Does no I/O and knows no clock.
package struct RequestParser: ~Copyable {
  /// What came out of some bytes.
  package enum Event {
    case needsMoreBytes
    case request(HTTPRequest, isPersistent: Bool)
    case refused(HTTPRefusal)
  }

  /// How far the request that comes next is.
  package enum Phase: Hashable {
    case idle
    case head
    case body
  }

  private let parser = UnsafeMutablePointer<llhttp_t>.allocate(capacity: 1)
  private let state: UnsafeMutablePointer<ParserState>

  /// The settings have to outlive the parser.
  package init(
    _ settings: ParserSettings,
    limits: HTTPLimits,
    bodyLimit: (@Sendable (HTTPRequest) -> Int)? = nil
  ) {
    state = .allocate(capacity: 1)
    state.initialize(to: ParserState(limits: limits, bodyLimit: bodyLimit))
    llhttp_init(parser, HTTP_REQUEST, settings.pointer)
    parser.pointee.data = UnsafeMutableRawPointer(state)
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
    parser.deallocate()
  }

  package var phase: Phase {
    if state.pointee.request != nil { return .body }
    return state.pointee.head.isEmpty ? .idle : .head
  }

  /// The bytes of the body that have come.
  var bodyByteCount: Int { state.pointee.body.count }

  /// Whether the client waits for `100 Continue`; true once a request.
  package mutating func takeExpectation() -> Bool {
    defer { state.pointee.expectsContinue = false }
    return state.pointee.expectsContinue
  }

  /// Goes on through the bytes, from an offset that it moves, to the end of the next request.
  ///
  /// After a refusal there is nothing more to be had.
  package mutating func next(_ input: UnsafeRawBufferPointer, _ offset: inout Int) -> Event {
    guard let base = input.baseAddress?.assumingMemoryBound(to: CChar.self) else {
      return .needsMoreBytes
    }
    while state.pointee.failure == nil {
      // A request without a body ends where its head did, so no byte may be left for it.
      if offset == input.count && state.pointee.request == nil { return .needsMoreBytes }
      let start = base + offset
      state.pointee.begin(at: start)
      llhttp_resume(parser)
      let status = llhttp_execute(parser, start, input.count - offset)
      switch status {
      case HPE_OK:
        offset = input.count
        state.pointee.take(start, count: input.count - (start - base))
        if state.pointee.failure == nil { return .needsMoreBytes }
      case HPE_PAUSED:
        offset = llhttp_get_error_pos(parser) - base
        state.pointee.take(start, count: offset - (start - base))
        guard state.pointee.failure == nil else { break }
        if let request = state.pointee.finish(parser.pointee) {
          return .request(request, isPersistent: llhttp_should_keep_alive(parser) != 0)
        }
      default:
        state.pointee.fail(status)
      }
    }
    return .refused(HTTPRefusal(state.pointee.failure ?? .malformed("")))
  }
}
