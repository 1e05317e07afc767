import CZlib
import Testing

@testable import HTTP

@Suite("Content coding", .timeLimit(.minutes(1)))
struct ContentCodingTests {
  @Test(
    arguments: [
      ([], nil), ([""], nil), (["gzip"], .gzip), (["GZip"], .gzip), (["x-gzip"], .gzip),
      (["deflate"], .deflate), (["br, zstd"], nil), (["gzip, deflate, br"], .gzip),
      (["deflate;q=0.9, gzip;q=0.8"], .deflate), (["gzip;q=0.5,deflate;q=0.500"], .gzip),
      (["gzip;q=0"], nil), (["gzip;q=0.000, deflate"], .deflate), (["*"], .gzip),
      (["*;q=0.5, gzip;q=0"], .deflate), (["identity"], nil), (["identity", "deflate"], .deflate),
      ([" gzip ; q=1.0 "], .gzip), (["gzip;q=x"], nil), (["gzip;q="], .none), ([",;,"], nil),
      (["gzip;level=1;q=0.1, deflate;q=0.2"], .deflate), (["gzip;q=0.0001"], nil),
    ] as [([String], ContentCoding?)]
  )
  func choosesWhatTheClientLikesBest(fields: [String], coding: ContentCoding?) {
    let headers = HTTPHeaders(fields.map { ("Accept-Encoding", $0) })
    #expect(ContentCoding(accepted: headers) == coding)
  }

  /// The body that was compressed.
  private func inflated(_ bytes: [UInt8], size: Int) -> [UInt8] {
    var stream = z_stream()
    // Recognises both formats by their heads.
    inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: size + 1)
    let status = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return inflate(&stream, Z_FINISH)
      }
    }
    #expect(status == Z_STREAM_END)
    return Array(output.prefix(Int(stream.total_out)))
  }

  @Test(arguments: [1025, 60_000, 3_000_000], ["gzip", "deflate"])
  func compressesForThoseWhoTakeIt(size: Int, coding: String) async throws {
    let body = [UInt8]((0..<size).map { UInt8(0x61 + $0 / 7 % 13) })
    let server = try TestServer { _, _ in .json(200, body) }
    let client = try server.client()
    for _ in 0..<2 {
      let plain = try client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(plain.body == body)
      #expect(plain.headers["vary"] == "accept-encoding")
      #expect(plain.headers["content-encoding"] == nil)
      let small = try client.ask(
        "GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: \(coding)\r\n\r\n"
      )
      #expect(small.headers["content-encoding"] == coding)
      #expect(small.body.count < body.count / 10)
      #expect(inflated(small.body, size: size) == body)
      // gzip begins with 1F 8B, what HTTP calls deflate with zlib's own head.
      #expect(small.body.first == (coding == "gzip" ? 0x1F : 0x78))
    }
    await server.stop()
  }

  @Test func leavesAloneWhatIsNotWorthIt() async throws {
    let text = [UInt8](repeating: 0x61, count: 699)
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let server = try TestServer { request, _ in
      switch request.path {
      case "/small": .json(200, text)
      case "/image": HTTPResponse(status: 200, contentType: "image/png", body: text + text)
      case "/noise": .json(200, noise)
      case "/encoded":
        HTTPResponse(
          status: 200,
          headers: [("Content-Type", "text/plain"), ("Content-Encoding", "br")],
          body: text + text
        )
      default: HTTPResponse(status: 404)
      }
    }
    let client = try server.client()
    func ask(_ path: String) throws -> TestClient.Answer {
      try client.ask("GET \(path) HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
    }
    #expect(try ask("/small").body == text)
    #expect(try ask("/image").body == text + text)
    #expect(try ask("/noise").body == noise)
    #expect(try ask("/encoded").body == text + text)
    #expect(try ask("/encoded").headers["content-encoding"] == "br")
    await server.stop()
  }
}
