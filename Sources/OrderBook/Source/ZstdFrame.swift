/// Where a zstd frame of a file begins: decompressing can start there.
package struct ZstdFrame: Hashable, Sendable {
  /// Bytes of the file before the frame.
  package var fileOffset: UInt64
  /// Bytes of the uncompressed stream before what the frame holds.
  package var streamOffset: UInt64

  package init(fileOffset: UInt64, streamOffset: UInt64) {
    self.fileOffset = fileOffset
    self.streamOffset = streamOffset
  }

  /// The first frame of a file.
  package static let first = ZstdFrame(fileOffset: 0, streamOffset: 0)
}
