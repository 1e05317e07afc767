import CZlib
import EventLoop

/// Makes the bodies of a loop's answers smaller, at zlib's fastest level.
final class Compressor {
  private let threshold: Int?
  private let offloadThreshold: Int
  private var gzip: DeflateStream?
  private var deflate: DeflateStream?

  init(_ configuration: HTTPConfiguration) {
    threshold = configuration.compressionThreshold
    offloadThreshold = configuration.offloadedCompressionThreshold
  }

  /// Compresses a body for which it is worthwhile, where the client takes it.
  ///
  /// Large bodies go to another thread, which makes this suspend.
  func compress(
    _ response: HTTPResponse,
    for headers: HTTPHeaders,
    on loop: EventLoop
  ) async -> HTTPResponse {
    var response = response
    response.headers.append(("vary", "accept-encoding"))
    guard let coding = ContentCoding(accepted: headers) else { return response }
    let body = response.body
    let compressed =
      if body.count < offloadThreshold {
        stream(coding)?.compress(body)
      } else {
        await loop.offload { DeflateStream(coding)?.compress(body) }
      }
    guard let compressed, compressed.count < body.count else { return response }
    response.headers.append(("content-encoding", coding.rawValue))
    response.body = compressed
    return response
  }

  /// Whether the answer is long enough, of a kind that gets smaller, and not yet encoded.
  func isWorthwhile(_ response: HTTPResponse) -> Bool {
    guard let threshold, response.body.count > threshold, response.body.count < 1 << 30,
      response["content-encoding"] == nil, let type = response["content-type"]
    else { return false }
    return type.hasPrefix("text/") || type.hasPrefix("application/json")
      || type.hasPrefix("application/graphql-response+json") || type.hasPrefix("image/svg")
      || type.hasPrefix("application/javascript")
  }

  /// Reused: its tables are larger than most bodies.
  private func stream(_ coding: ContentCoding) -> DeflateStream? {
    switch coding {
    case .gzip:
      if gzip == nil { gzip = DeflateStream(.gzip) }
      return gzip
    case .deflate:
      if deflate == nil { deflate = DeflateStream(.deflate) }
      return deflate
    }
  }
}

/// One compressor of zlib.
private final class DeflateStream {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  /// `nil` when there is no memory.
  init?(_ coding: ContentCoding) {
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for gzip's own head and tail.
    let windowBits: Int32 = coding == .gzip ? 15 + 16 : 15
    let status = deflateInit2_(
      stream,
      Z_BEST_SPEED,
      Z_DEFLATED,
      windowBits,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    if status != Z_OK { return nil }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func compress(_ body: [UInt8]) -> [UInt8]? {
    guard deflateReset(stream) == Z_OK else { return nil }
    let bound = Int(deflateBound(stream, UInt(body.count)))
    var status = Z_OK
    let compressed = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      body.withUnsafeBufferPointer { input in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(bound)
        status = deflate(stream, Z_FINISH)
        count = bound - Int(stream.pointee.avail_out)
      }
    }
    return status == Z_STREAM_END ? compressed : nil
  }
}
