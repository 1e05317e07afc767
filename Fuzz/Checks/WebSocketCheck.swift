import HTTP

/// Frames out of any bytes: the same messages however they are cut, and those that a plain reading of
/// RFC 6455 sees.
enum WebSocketCheck {
  private static let maximumMessageBytes = 600

  private struct Outcome: Equatable {
    var events: [WebSocketReader.Event] = []
    var code: UInt16?
  }

  static func run(_ bytes: [UInt8]) {
    // The first byte says how the others are cut, and whether they may be compressed.
    guard let first = bytes.first else { return }
    let input = Array(bytes.dropFirst())
    let mayBeCompressed = first & 0x80 != 0
    let whole = outcome(input, piece: .max, mayBeCompressed)
    precondition(
      whole == outcome(input, piece: 1 + Int(first & 0x1F), mayBeCompressed),
      "cut, there are other messages"
    )
    precondition(
      whole == outcome(input, piece: 1, mayBeCompressed),
      "byte by byte, there are other messages"
    )
    for case .text(let text) in whole.events {
      precondition(String(validating: text, as: UTF8.self) != nil, "the text is not UTF-8")
      precondition(text.count <= maximumMessageBytes, "the message is too large")
    }
    guard !mayBeCompressed else { return }
    var reading = PlainReading(input, maximumMessageBytes: maximumMessageBytes)
    reading.run()
    precondition(
      whole == Outcome(events: reading.events, code: reading.code),
      "a plain reading differs"
    )
  }

  private static func outcome(_ input: [UInt8], piece: Int, _ mayBeCompressed: Bool) -> Outcome {
    var reader = WebSocketReader(
      WebSocketReader.Shared(),
      maximumMessageBytes: maximumMessageBytes,
      mayBeCompressed: mayBeCompressed
    )
    var outcome = Outcome()
    var rest = input[...]
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(piece))
      rest = rest.dropFirst(chunk.count)
      var offset = 0
      do {
        while let event = try chunk.withUnsafeBytes({ try reader.next($0, &offset) }) {
          outcome.events.append(event)
        }
      } catch {
        outcome.code = (error as? WebSocketClose)?.code ?? 0
        return outcome
      }
      precondition(offset == chunk.count, "bytes are left though it wants more")
    }
    return outcome
  }
}

/// RFC 6455, section 5, read from front to back of bytes that are all there.
private struct PlainReading {
  private let input: [UInt8]
  private let maximumMessageBytes: Int
  private var position = 0
  private var message: (isText: Bool, bytes: [UInt8])?
  private(set) var events: [WebSocketReader.Event] = []
  private(set) var code: UInt16?

  init(_ input: [UInt8], maximumMessageBytes: Int) {
    self.input = input
    self.maximumMessageBytes = maximumMessageBytes
  }

  mutating func run() {
    while code == nil, frame() {}
  }

  private var left: Int { input.count - position }

  /// Reads a frame; false where its end has not come.
  private mutating func frame() -> Bool {
    guard left >= 2 else { return false }
    let (first, second) = (input[position], input[position + 1])
    let (isFinal, opcode) = (first & 0x80 != 0, first & 0x0F)
    let isControl = opcode >= 8
    position += 2
    if isControl, second & 0x7F > 125 || !isFinal { return fail(1002) }
    guard let count = length(second & 0x7F) else { return false }
    var mask: [UInt8] = [0, 0, 0, 0]
    if second & 0x80 != 0 {
      guard left >= 4 else { return false }
      mask = Array(input[position..<(position + 4)])
      position += 4
    }
    // A head is looked at when some of its payload has come.
    guard count == 0 || left > 0 else { return false }
    guard second & 0x80 != 0, first & 0x70 == 0 else { return fail(1002) }
    switch opcode {
    case 0: if message == nil { return fail(1002) }
    case 1, 2:
      if message != nil { return fail(1002) }
      message = (opcode == 1, [])
    case 8, 9, 10: break
    default: return fail(1002)
    }
    if !isControl, count > UInt64(maximumMessageBytes - (message?.bytes.count ?? 0)) {
      return fail(1009)
    }
    let isWhole = UInt64(left) >= count
    let taken = isWhole ? Int(count) : left
    var payload = Array(input[position..<(position + taken)])
    position += taken
    for index in payload.indices { payload[index] ^= mask[index % 4] }
    if !isControl {
      message?.bytes += payload
      if let message, message.isText, !mayBeginText(message.bytes) { return fail(1007) }
    }
    guard isWhole else { return false }
    return isControl ? control(opcode, payload) : isFinal ? finish() : true
  }

  /// The length after its seven bits; nil where it has not come, or is written too long.
  private mutating func length(_ bits: UInt8) -> UInt64? {
    if bits < 126 { return UInt64(bits) }
    let size = bits == 126 ? 2 : 8
    guard left >= size else { return nil }
    let count = input[position..<(position + size)].reduce(0) { $0 << 8 | UInt64($1) }
    position += size
    guard count < 1 << 63, count >= (size == 2 ? 126 : 65536) else {
      code = 1002
      return nil
    }
    return count
  }

  private mutating func control(_ opcode: UInt8, _ payload: [UInt8]) -> Bool {
    switch opcode {
    case 9: events.append(.ping(payload))
    case 10: events.append(.pong)
    default:
      guard payload.count != 1 else { return fail(1002) }
      guard !payload.isEmpty else {
        events.append(.close(.noCode))
        return true
      }
      let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
      let isKnown = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]
        .contains(code)
      guard isKnown || (3000...4999).contains(code) else { return fail(1002) }
      guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
        return fail(1007)
      }
      events.append(.close(WebSocketClose(code, reason)))
    }
    return true
  }

  private mutating func finish() -> Bool {
    guard let (isText, bytes) = message.take() else { return false }
    if isText {
      guard String(validating: bytes, as: UTF8.self) != nil else { return fail(1007) }
      events.append(.text(bytes))
    } else {
      events.append(.binary(bytes))
    }
    return true
  }

  /// Whether more bytes could make it UTF-8: what is invalid ends in at most three bytes that could
  /// begin a character.
  private func mayBeginText(_ bytes: [UInt8]) -> Bool {
    for missing in [
      [], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x80, 0x80],
      [0xBF, 0xBF, 0xBF], [0x90, 0x80], [0x90, 0x80, 0x80],
    ] as [[UInt8]]
    where String(validating: bytes + missing, as: UTF8.self) != nil { return true }
    return false
  }

  private mutating func fail(_ code: UInt16) -> Bool {
    self.code = code
    return false
  }
}
