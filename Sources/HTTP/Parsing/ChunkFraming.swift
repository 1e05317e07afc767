/// Checks what stands around the content of a chunked body: sizes, extensions, trailers, line ends.
///
/// Lines end in CR LF and nowhere else has either; no line begins with white space; and all of it
/// together stays small beside the content, so that extensions cannot be sent without end.
struct ChunkFraming {
  private enum Last {
    case other
    case carriageReturn
    case lineFeed
  }

  private var last = Last.other
  private var allowance: Int

  /// A few bytes may come without content.
  init(allowance: Int) { self.allowance = allowance }

  /// Content came: each of its bytes may have stood in a chunk of its own.
  mutating func content(_ count: Int) {
    last = .other
    allowance = min(allowance + 16 * count, 1 << 40)
  }

  /// Whether these bytes may stand there.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    allowance -= bytes.count
    if allowance < 0 { return false }
    for byte in bytes {
      switch (last, byte) {
      case (.carriageReturn, 0x0A):
        last = .lineFeed
      case (.carriageReturn, _), (_, 0x0A), (.lineFeed, 0x20), (.lineFeed, 0x09):
        return false
      case (_, 0x0D):
        last = .carriageReturn
      case (_, 0..<0x09), (_, 0x0B..<0x20), (_, 0x7F):
        return false
      default:
        last = .other
      }
    }
    return true
  }
}
