import HTTP
import Testing

/// The rules of RFC 6455 about what a client sends, without a socket.
struct WebSocketReaderTests {
  /// What comes of bytes in pieces: events, and the close that ends them.
  private struct Outcome: Equatable {
    var events: [WebSocketReader.Event] = []
    var close: WebSocketClose?
  }

  private func read(
    _ bytes: [UInt8],
    piece: Int = .max,
    limit: Int = 1 << 20,
    fragments: Int = 1 << 16,
    mayBeCompressed: Bool = false
  ) -> Outcome {
    var reader = WebSocketReader(
      WebSocketReader.Shared(),
      maximumMessageBytes: limit,
      maximumFragments: fragments,
      mayBeCompressed: mayBeCompressed
    )
    var outcome = Outcome()
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(piece))
      rest = rest.dropFirst(chunk.count)
      do throws(WebSocketClose) {
        var offset = 0
        while let event = try Self.next(&reader, chunk, &offset) { outcome.events.append(event) }
      } catch {
        outcome.close = error
        return outcome
      }
    }
    return outcome
  }

  private static func next(
    _ reader: inout WebSocketReader,
    _ chunk: [UInt8],
    _ offset: inout Int
  ) throws(WebSocketClose) -> WebSocketReader.Event? {
    let result = chunk.withUnsafeBytes { chunk in
      Result { () throws(WebSocketClose) in try reader.next(chunk, &offset) }
    }
    return try result.get()
  }

  private func text(_ text: String) -> WebSocketReader.Event { .text(Array(text.utf8)) }

  @Test(arguments: [0, 1, 124, 125, 126, 127, 128, 4095, 4096, 4097, 65535, 65536, 65537, 1 << 20])
  func readsMessagesOfAllLengths(count: Int) {
    let payload = [UInt8](repeating: 0x61, count: count)
    let frame = ClientFrame.make(ClientFrame.text, payload)
    let next = ClientFrame.text("next")
    let expected = Outcome(events: [.text(payload), text("next")])
    #expect(read(frame + next) == expected)
    #expect(read(frame + next, piece: 1000) == expected)
    if count < 5000 { #expect(read(frame + next, piece: 1) == expected) }
  }

  @Test func putsFragmentsTogetherWithControlFramesBetween() {
    let bytes =
      ClientFrame.text("Gö", isFinal: false)
      + ClientFrame.make(ClientFrame.ping, [1, 2, 3])
      + ClientFrame.make(0, [], isFinal: false)
      + ClientFrame.make(ClientFrame.pong, [4])
      + ClientFrame.make(0, Array("ttingen".utf8))
    let expected = Outcome(events: [.ping([1, 2, 3]), .pong, text("Göttingen")])
    for piece in [1, 2, 3, 7, 64] { #expect(read(bytes, piece: piece) == expected) }
  }

  @Test func cutsCharactersAnywhere() {
    let characters = Array("κόσμε𝄞é".utf8)
    for cut in 0...characters.count {
      let bytes =
        ClientFrame.make(ClientFrame.text, Array(characters[..<cut]), isFinal: false)
        + ClientFrame.make(0, Array(characters[cut...]))
      #expect(read(bytes) == Outcome(events: [text("κόσμε𝄞é")]))
    }
  }

  @Test(
    arguments: [
      ([0x80], "a continuation byte alone"),
      ([0xC0, 0xAF], "an overlong slash"),
      ([0xE0, 0x80, 0xAF], "an overlong slash of three bytes"),
      ([0xF0, 0x80, 0x80, 0xAF], "an overlong slash of four bytes"),
      ([0xED, 0xA0, 0x80], "a surrogate"),
      ([0xF4, 0x90, 0x80, 0x80], "beyond Unicode"),
      ([0xF5, 0x80, 0x80, 0x80], "a byte that begins nothing"),
      ([0xC3], "an unfinished character"),
      ([0x61, 0xFF, 0x61], "a byte that is never there"),
    ] as [([UInt8], Comment)]
  )
  func refusesTextThatIsNotUTF8(payload: [UInt8], what: Comment) {
    let close = WebSocketClose(1007, "the text is not UTF-8")
    let whole = ClientFrame.make(ClientFrame.text, payload)
    #expect(read(whole) == Outcome(close: close), what)
    #expect(read(whole, piece: 1) == Outcome(close: close), what)
    // Binary data may be anything.
    let binary = ClientFrame.make(ClientFrame.binary, payload)
    #expect(read(binary) == Outcome(events: [.binary(payload)]), what)
  }

  @Test func refusesBadTextBeforeItsMessageIsWhole() {
    let bytes = ClientFrame.make(ClientFrame.text, [0x61, 0xFF], isFinal: false)
    #expect(read(bytes) == Outcome(close: WebSocketClose(1007, "the text is not UTF-8")))
  }

  @Test(
    arguments: [
      (ClientFrame.make(1, [0x61], isMasked: false), "a frame that is not masked"),
      (ClientFrame.make(1, [0x61], reserved: 4), "a reserved bit"),
      (ClientFrame.make(1, [0x61], reserved: 2), "a reserved bit"),
      (ClientFrame.make(9, [], reserved: 1), "a reserved bit"),
      (ClientFrame.make(3, []), "an unknown kind of frame"),
      (ClientFrame.make(7, [0x61]), "an unknown kind of frame"),
      (ClientFrame.make(11, []), "an unknown kind of frame"),
      (ClientFrame.make(15, []), "an unknown kind of frame"),
      (ClientFrame.make(9, [], isFinal: false), "malformed frame"),
      (ClientFrame.make(8, [], isFinal: false), "malformed frame"),
      (ClientFrame.make(9, [UInt8](repeating: 0, count: 126)), "malformed frame"),
      (ClientFrame.make(0, [0x61]), "a continuation of nothing"),
      (
        ClientFrame.make(1, [0x61], isFinal: false) + ClientFrame.make(1, [0x62]),
        "a message inside of another"
      ),
      ([0x81, 0xFE, 0x00, 0x7D, 1, 2, 3, 4], "malformed frame"),
      ([0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4], "malformed frame"),
      ([0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5], "malformed frame"),
      (ClientFrame.make(8, [3]), "a close frame of one byte"),
    ] as [([UInt8], String)]
  )
  func refusesWhatBreaksTheProtocol(bytes: [UInt8], reason: String) {
    #expect(read(bytes) == Outcome(close: WebSocketClose(1002, reason)))
    #expect(read(bytes, piece: 1) == Outcome(close: WebSocketClose(1002, reason)))
  }

  @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
  func refusesCloseCodesThatNobodySends(code: Int) {
    let frame = ClientFrame.make(8, [UInt8(code >> 8), UInt8(code & 0xFF)])
    let close = WebSocketClose(1002, "a close code that may not be sent")
    #expect(read(frame) == Outcome(close: close))
  }

  @Test(arguments: [1000, 1001, 1003, 1007, 1008, 1011, 1014, 3000, 4999])
  func readsCloseCodes(code: Int) {
    let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("fin".utf8)
    let expected = WebSocketClose(UInt16(code), "fin")
    #expect(read(ClientFrame.make(8, payload)) == Outcome(events: [.close(expected)]))
    #expect(expected.payload == payload)
  }

  @Test func readsACloseWithoutACode() {
    #expect(read(ClientFrame.make(8, [])) == Outcome(events: [.close(.noCode)]))
    #expect(WebSocketClose.noCode.payload == [])
  }

  @Test func refusesACloseReasonThatIsNotUTF8() {
    let frame = ClientFrame.make(8, [3, 0xE8, 0xFF])
    #expect(read(frame) == Outcome(close: WebSocketClose(1007, "the text is not UTF-8")))
  }

  @Test func cutsALongReasonBetweenCharacters() {
    let close = WebSocketClose(4409, String(repeating: "é", count: 100))
    #expect(close.payload == [0x11, 0x39] + Array(String(repeating: "é", count: 61).utf8))
  }

  @Test func refusesWhatIsTooLarge() {
    let tooLarge = Outcome(close: WebSocketClose(1009, "the message is too large"))
    #expect(read(ClientFrame.make(1, [UInt8](repeating: 0x61, count: 11)), limit: 10) == tooLarge)
    let fragments =
      ClientFrame.text("123456", isFinal: false) + ClientFrame.make(0, Array("78901".utf8))
    #expect(read(fragments, limit: 10) == tooLarge)
    #expect(read(fragments, limit: 11) == Outcome(events: [text("12345678901")]))
    // A length that is only claimed costs nothing.
    let claim = ClientFrame.head(1, count: 1 << 40) + [1, 2, 3, 4]
    #expect(read(claim) == Outcome())
    #expect(read(claim + [5]) == tooLarge)
  }

  @Test func refusesMessagesOfTooManyFragments() {
    let fragment = ClientFrame.make(0, [], isFinal: false)
    let bytes = ClientFrame.text("", isFinal: false) + fragment + fragment + ClientFrame.make(0, [])
    #expect(read(bytes, fragments: 4) == Outcome(events: [text("")]))
    let close = WebSocketClose(1008, "the message has too many fragments")
    #expect(read(bytes, fragments: 3) == Outcome(close: close))
  }

  @Test func takesManyFragmentsAndMessages() {
    var bytes = ClientFrame.text("a", isFinal: false)
    for _ in 0..<20_000 { bytes += ClientFrame.make(0, [0x61], isFinal: false) }
    bytes += ClientFrame.make(0, [0x61])
    for _ in 0..<2000 { bytes += ClientFrame.text("b") }
    let outcome = read(bytes, piece: 65536)
    #expect(outcome.close == nil)
    #expect(outcome.events.count == 2001)
    #expect(outcome.events.first == .text([UInt8](repeating: 0x61, count: 20_002)))
  }
}
