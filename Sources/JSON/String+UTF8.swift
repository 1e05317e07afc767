extension String {
  /// The text that bytes are in UTF-8; nil where they are none.
  ///
  /// `String(validating:as:)` looks up generic metadata at each call, which costs a short text more
  /// than all the rest.
  init?(utf8 bytes: Span<UInt8>) {
    // The most that a String holds without memory of its own.
    if bytes.count <= 15 {
      var all: UInt8 = 0
      for index in bytes.indices { all |= bytes[index] }
      if all < 0x80 {
        self = unsafe bytes.withUnsafeBufferPointer {
          unsafe String(decoding: $0, as: UTF8.self)
        }
        return
      }
    }
    guard let text = try? UTF8Span(validating: bytes) else { return nil }
    self.init(copying: text)
  }
}
