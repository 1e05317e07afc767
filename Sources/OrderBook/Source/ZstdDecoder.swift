import CZstd

/// Decompresses a stream of zstd frames; the only file that knows the library.
final class ZstdDecoder {
  private let context: OpaquePointer
  private var input: UnsafeRawBufferPointer
  private var consumed = 0
  private let nextRun: () throws(DBNError) -> UnsafeRawBufferPointer?
  /// Bytes of the file before `input`.
  private var before: UInt64
  /// Bytes of the stream that were made before the present call.
  private var produced: UInt64
  /// The frame that the next bytes are of, or begin with: what lies before it is not needed for them.
  private(set) var frame: ZstdFrame
  /// What the library said last: 0 between two frames.
  private var isWithinFrame = false
  /// How many bytes the library takes in one step.
  ///
  /// It is given no more: what a step makes of good bytes is lost when it then meets bad ones, such as
  /// the checksum at the end of a frame.
  private var wanted = ZstdDecoder.beginning
  private static let beginning = 5
  private var failure: DBNError?

  /// The frames are in what the source hands out, which begins with the given one.
  init(_ source: any ByteSource, from frame: ZstdFrame = .first) throws(DBNError) {
    guard let context = ZSTD_createDCtx() else {
      throw DBNError(.zstd("out of memory"), at: 0)
    }
    self.context = context
    self.frame = frame
    before = frame.fileOffset
    produced = frame.streamOffset
    input = UnsafeRawBufferPointer(start: nil, count: 0)
    nextRun = { () throws(DBNError) in try source.next() }
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Whether bytes begin as a zstd frame does.
  static func isFrame(_ prefix: [UInt8]) -> Bool { prefix.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) }

  /// Whether bytes begin as a frame that carries something else does: DBZ begins so.
  static func isSkippableFrame(_ prefix: [UInt8]) -> Bool {
    prefix.count >= 4 && prefix[0] & 0xF0 == 0x50
      && prefix[1..<4].elementsEqual([0x2A, 0x4D, 0x18])
  }

  /// Whether a frame of either kind begins with these bytes.
  static func isAnyFrame(_ prefix: [UInt8]) -> Bool { isFrame(prefix) || isSkippableFrame(prefix) }

  /// Fills the buffer as far as there is something; 0 at the end of the last frame.
  ///
  /// What came before an error is delivered first: the error is thrown by the next call.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DBNError) -> Int {
    if let failure { throw failure }
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    defer { produced += UInt64(output.pos) }
    do throws(DBNError) {
      try fill(&output)
    } catch {
      failure = error
      if output.pos == 0 { throw error }
    }
    return output.pos
  }

  private func fill(_ output: inout ZSTD_outBuffer) throws(DBNError) {
    while output.pos < output.size {
      if consumed == input.count {
        before += UInt64(consumed)
        consumed = 0
        input = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let run = try nextRun() else {
          // What the library still holds back of a frame comes out without input.
          guard isWithinFrame else { return }
          let had = output.pos
          try step(&output)
          guard output.pos > had else { throw DBNError(.truncatedFrame, at: before) }
          continue
        }
        input = run
      }
      try step(&output)
    }
  }

  private func step(_ output: inout ZSTD_outBuffer) throws(DBNError) {
    let end = consumed + min(wanted, self.input.count - consumed)
    var input = ZSTD_inBuffer(src: self.input.baseAddress, size: end, pos: consumed)
    let result = ZSTD_decompressStream(context, &output, &input)
    consumed = input.pos
    guard ZSTD_isError(result) == 0 else {
      let name = ZSTD_getErrorName(result).map { String(cString: $0) } ?? "unknown"
      throw DBNError(.zstd(name), at: before + UInt64(consumed))
    }
    isWithinFrame = result != 0
    wanted = result == 0 ? Self.beginning : result
    guard result == 0 else { return }
    frame = ZstdFrame(
      fileOffset: before + UInt64(consumed),
      streamOffset: produced + UInt64(output.pos)
    )
  }
}

/// Decompresses in the thread that reads.
package final class ZstdSource: ByteSource {
  private let decoder: ZstdDecoder
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)

  package init(_ source: any ByteSource) throws(DBNError) {
    decoder = try ZstdDecoder(source)
  }

  deinit { buffer.deallocate() }

  package func next() throws(DBNError) -> UnsafeRawBufferPointer? {
    let count = try decoder.read(into: buffer)
    return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}
