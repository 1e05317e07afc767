import CWslay

/// The bytes of a peer as messages: frames by wslay, and all that RFC 6455 asks of their order.
///
/// A rule that is broken is thrown as the close that answers it; after that there is nothing more to
/// be read. Does no I/O and knows no clock.
package struct WebSocketReader: ~Copyable {
  package enum Event: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong
    case close(WebSocketClose)
  }

  /// What one loop's connections share.
  package struct Shared {
    var contexts: FrameContextPool
    var inflater: Inflater

    package init() {
      contexts = FrameContextPool()
      inflater = Inflater()
    }
  }

  /// The largest message, after decompression.
  package var maximumMessageBytes: Int
  private let maximumFragments: Int
  /// Whether permessage-deflate was agreed on, which gives the first reserved bit a meaning.
  private let mayBeCompressed: Bool
  private let shared: Shared

  /// Held while a frame is incomplete.
  private var context: FrameContext?
  private var frame: Frame?
  private var message: Message?
  private var control: [UInt8] = []

  /// The frame that is being read.
  private struct Frame {
    var opcode: UInt32
    var isFinal: Bool
    var missing: UInt64
    let count: UInt64

    var isControl: Bool { opcode >= WSLAY_CONNECTION_CLOSE.rawValue }
  }

  /// The message that is being put together.
  private struct Message {
    var isText: Bool
    var isCompressed: Bool
    var bytes: [UInt8] = []
    var fragments = 1
    var validator = UTF8Validator()
  }

  package init(
    _ shared: Shared,
    maximumMessageBytes: Int,
    maximumFragments: Int = 1 << 16,
    mayBeCompressed: Bool = false
  ) {
    self.shared = shared
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumFragments = maximumFragments
    self.mayBeCompressed = mayBeCompressed
  }

  /// Whether part of a message has come and not its end.
  package var isInsideMessage: Bool { message != nil || context != nil }

  /// Goes on through the bytes, from an offset that it moves, to the next event; nil when it needs
  /// more of them.
  package mutating func next(
    _ input: UnsafeRawBufferPointer,
    _ offset: inout Int
  ) throws(WebSocketClose) -> Event? {
    if offset == input.count && context == nil { return nil }
    guard let context = context ?? shared.contexts.take() else {
      throw WebSocketClose(1011, "out of memory")
    }
    self.context = context
    while true {
      switch context.next(input, &offset) {
      case .failure: throw .protocolError("malformed frame")
      case .needsMoreBytes:
        if context.isBetweenFrames {
          shared.contexts.giveBack(context)
          self.context = nil
        }
        return nil
      case .part(let part):
        if let event = try take(part, context) { return event }
      }
    }
  }

  /// Takes a part of a frame; the event, where the frame completes one.
  private mutating func take(
    _ part: wslay_frame_iocb,
    _ context: FrameContext
  ) throws(WebSocketClose) -> Event? {
    var frame: Frame
    if let current = self.frame { frame = current } else { frame = try begin(part) }
    let bytes = UnsafeRawBufferPointer(start: part.data, count: part.data_length)
    frame.missing -= UInt64(bytes.count)
    if frame.isControl {
      control.append(contentsOf: bytes)
    } else {
      try append(bytes)
    }
    if frame.missing > 0 {
      self.frame = frame
      return nil
    }
    self.frame = nil
    context.finish(payloadByteCount: frame.count)
    if frame.isControl { return try finishControl(frame) }
    return frame.isFinal ? try finishMessage() : nil
  }

  // MARK: - The rules of section 5

  private mutating func begin(_ part: wslay_frame_iocb) throws(WebSocketClose) -> Frame {
    guard part.mask != 0 else { throw .protocolError("a frame that is not masked") }
    let isCompressed = part.rsv == 4
    guard part.rsv == 0 || isCompressed && mayBeCompressed else {
      throw .protocolError("a reserved bit")
    }
    let opcode = UInt32(part.opcode)
    switch opcode {
    case WSLAY_TEXT_FRAME.rawValue, WSLAY_BINARY_FRAME.rawValue:
      guard message == nil else { throw .protocolError("a message inside of another") }
      message = Message(
        isText: opcode == WSLAY_TEXT_FRAME.rawValue,
        isCompressed: isCompressed
      )
    case WSLAY_CONTINUATION_FRAME.rawValue:
      guard message != nil else { throw .protocolError("a continuation of nothing") }
      guard !isCompressed else { throw .protocolError("a reserved bit") }
      message?.fragments += 1
      if message?.fragments ?? 0 > maximumFragments { throw .tooManyFragments }
    case WSLAY_CONNECTION_CLOSE.rawValue, WSLAY_PING.rawValue, WSLAY_PONG.rawValue:
      guard !isCompressed else { throw .protocolError("a reserved bit") }
    default:
      throw .protocolError("an unknown kind of frame")
    }
    let frame = Frame(
      opcode: opcode,
      isFinal: part.fin != 0,
      missing: part.payload_length,
      count: part.payload_length
    )
    if !frame.isControl {
      let room = maximumMessageBytes - (message?.bytes.count ?? 0)
      guard room >= 0, frame.count <= UInt64(room) else { throw .tooLarge }
    }
    return frame
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) throws(WebSocketClose) {
    guard !bytes.isEmpty else { return }
    message?.bytes.append(contentsOf: bytes)
    // Compressed text shows what it is at its end.
    guard message?.isText == true, message?.isCompressed == false else { return }
    if message?.validator.accept(bytes) == false { throw .invalidText }
  }

  private mutating func finishControl(_ frame: Frame) throws(WebSocketClose) -> Event {
    let payload = control
    control = []
    switch frame.opcode {
    case WSLAY_PING.rawValue: return .ping(payload)
    case WSLAY_PONG.rawValue: return .pong
    default: return .close(try WebSocketClose(payload: payload))
    }
  }

  private mutating func finishMessage() throws(WebSocketClose) -> Event? {
    guard var message = message.take() else { return nil }
    if message.isCompressed {
      message.bytes = try shared.inflater.inflate(message.bytes, limit: maximumMessageBytes)
      let isText = message.bytes.withUnsafeBytes { message.validator.accept($0) }
      if message.isText && !isText { throw .invalidText }
    }
    guard message.isText else { return .binary(message.bytes) }
    guard message.validator.isComplete else { throw .invalidText }
    return .text(message.bytes)
  }
}
