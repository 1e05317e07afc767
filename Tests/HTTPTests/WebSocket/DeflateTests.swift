import CZlib
import Testing

@testable import HTTP

/// permessage-deflate against zlib itself as the peer.
struct DeflateTests {
  /// As a peer sends it: raw deflate, flushed, without the last four bytes.
  private func compressed(_ text: [UInt8], windowBits: Int32 = 15) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, -windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    defer { deflateEnd(&stream) }
    var input = text
    var output = [UInt8](repeating: 0, count: text.count + 1000)
    let count = output.count
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        _ = deflate(&stream, Z_SYNC_FLUSH)
      }
    }
    return Array(output.prefix(count - Int(stream.avail_out)).dropLast(4))
  }

  private func read(_ frames: [UInt8], limit: Int = 1 << 20) throws -> [WebSocketReader.Event] {
    var reader = WebSocketReader(
      WebSocketReader.Shared(),
      maximumMessageBytes: limit,
      mayBeCompressed: true
    )
    var events: [WebSocketReader.Event] = []
    var offset = 0
    try frames.withUnsafeBytes { frames in
      while let event = try reader.next(frames, &offset) { events.append(event) }
    }
    return events
  }

  @Test(arguments: [0, 1, 100, 20_000, 200_000])
  func readsCompressedMessages(count: Int) throws {
    let text = Array(String(repeating: "desk é ", count: count / 8 + 1).utf8.prefix(count))
      .filter { $0 < 0x80 }
    let bytes = compressed(text)
    let frames =
      ClientFrame.make(1, bytes, reserved: 4) + ClientFrame.text("plain")
      + ClientFrame.make(1, Array(bytes.prefix(3)), isFinal: false, reserved: 4)
      + ClientFrame.make(9, [7])
      + ClientFrame.make(0, Array(bytes.dropFirst(3)))
    #expect(
      try read(frames) == [.text(text), .text(Array("plain".utf8)), .ping([7]), .text(text)]
    )
  }

  @Test func endsABombAtTheLimit() throws {
    let bomb = compressed([UInt8](repeating: 0x61, count: 50_000_000))
    #expect(bomb.count < 60_000)
    #expect(throws: WebSocketClose(1009, "the message is too large")) {
      try read(ClientFrame.make(1, bomb, reserved: 4), limit: 100_000)
    }
    let exact = [UInt8](repeating: 0x61, count: 100_000)
    #expect(
      try read(ClientFrame.make(1, compressed(exact), reserved: 4), limit: 100_000)
        == [.text(exact)]
    )
  }

  @Test func refusesWhatCannotBeDecompressedOrIsNoText() throws {
    #expect(throws: WebSocketClose(1007, "the message cannot be decompressed")) {
      try read(ClientFrame.make(1, [0xFF, 0xFF, 0xFF, 0xFF], reserved: 4))
    }
    #expect(throws: WebSocketClose(1007, "the text is not UTF-8")) {
      try read(ClientFrame.make(1, compressed([0x61, 0xC3]), reserved: 4))
    }
    #expect(throws: WebSocketClose(1002, "a reserved bit")) {
      try read(ClientFrame.make(1, [0], isFinal: false) + ClientFrame.make(0, [0], reserved: 4))
    }
    #expect(throws: WebSocketClose(1002, "a reserved bit")) {
      try read(ClientFrame.make(9, [], reserved: 4))
    }
  }

  @Test(arguments: [9, 15])
  func compressesASharedPayloadOnceForAll(windowBits: Int) throws {
    let deflater = PayloadDeflater()
    let payload = Array(
      #"{"data":{"desk":[\#(String(repeating: #"{"id":1},"#, count: 500))]}}"#.utf8
    )
    for prefix in [#"{"id":"1","payload":"#, #"{"id":"another","payload":"#, ""] {
      let message = try #require(
        deflater.message(Array(prefix.utf8), payload, [0x7D], windowBits: windowBits)
      )
      let bytes = message.head + message.deflated + message.tail
      #expect(bytes.count < payload.count / 4)
      #expect(
        try Inflater().inflate(bytes, limit: 1 << 20) == Array(prefix.utf8) + payload + [0x7D]
      )
    }
    #expect(deflater.message([], [1, 2, 3], [], windowBits: windowBits) == nil)
  }

  @Test(
    arguments: [
      (
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
      ),
      (
        "Permessage-Deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
      ),
      (
        "x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
          + "server_max_window_bits=10"
      ),
      (
        "permessage-deflate; server_max_window_bits=8, permessage-deflate; "
          + "server_no_context_takeover; client_max_window_bits=\"12\"",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
      ),
      ("permessage-deflate; unknown", nil),
      ("permessage-deflate; server_max_window_bits", nil),
      ("permessage-deflate; server_max_window_bits=16", nil),
      ("permessage-deflate; server_max_window_bits=010", nil),
      ("permessage-deflate; client_max_window_bits=7", nil),
      ("permessage-deflate; client_no_context_takeover=1", nil),
      ("permessage-deflate; client_max_window_bits; client_max_window_bits", nil),
      ("permessage-bzip2", nil),
      ("", nil),
    ] as [(String, String?)]
  )
  func negotiates(offer: String, answer: String?) {
    let headers = HTTPHeaders([("Sec-WebSocket-Extensions", offer)])
    #expect(DeflateParameters(offers: headers)?.field == answer)
  }
}
