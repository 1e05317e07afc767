import COpenSSL
import Engine
import EventLoop
import HTTP

/// The sessions that one loop made of headers `x-hasura-…` lately, beside the bytes they were made of.
///
/// Clients send the same headers again and again; to make a session of them costs more than to see
/// that they are the same. The secret is among the bytes, so they are compared in constant time, and
/// only what was found right is kept. As large as its slots: a session takes the place of another one.
final class SessionMemo: @unchecked Sendable {
  // Touched on the loop's thread only.

  private struct Entry {
    /// Names and values, each after its length.
    var bytes: [UInt8]
    var session: Session
  }

  private static let slotCount = 64
  /// Longer headers are read anew each time.
  private static let maximumBytes = 1024

  private let loop: EventLoop
  private var entries: [Entry?]
  /// Where the bytes of the request at hand are put together.
  private let scratch = UnsafeMutableRawBufferPointer.allocate(
    byteCount: SessionMemo.maximumBytes,
    alignment: 8
  )

  init(on loop: EventLoop) {
    self.loop = loop
    entries = Array(repeating: nil, count: Self.slotCount)
  }

  deinit { scratch.deallocate() }

  /// The session of headers, as `make` finds it where it is not known.
  func session(
    _ headers: HTTPHeaders,
    make: (HTTPHeaders) throws(HasuraError) -> Session?
  ) throws(HasuraError) -> Session? {
    assert(loop.isCurrent, "a loop's sessions are looked up on its own thread")
    guard let bytes = gather(headers), !bytes.isEmpty else { return try make(headers) }
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    let slot = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.slotCount))
    if let entry = entries[slot], Self.isSame(entry.bytes, bytes) { return entry.session }
    let session = try make(headers)
    if let session { entries[slot] = Entry(bytes: Array(bytes), session: session) }
    return session
  }

  /// Looks at every byte, whichever differs.
  private static func isSame(_ known: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
    known.count == bytes.count && CRYPTO_memcmp(known, bytes.baseAddress, known.count) == 0
  }

  /// The names and values, each after its length so that no two lists of fields have the same bytes;
  /// nil where they are too long.
  private func gather(_ headers: HTTPHeaders) -> UnsafeRawBufferPointer? {
    var end = 0
    var isTooLong = false
    headers.forEachBytes(prefix: "x-hasura-") { name, value in
      append(name, at: &end, &isTooLong)
      append(value, at: &end, &isTooLong)
    }
    return isTooLong ? nil : UnsafeRawBufferPointer(rebasing: scratch[..<end])
  }

  private func append(_ part: UnsafeRawBufferPointer, at end: inout Int, _ isTooLong: inout Bool) {
    guard end + 4 + part.count <= Self.maximumBytes else {
      isTooLong = true
      return
    }
    scratch.storeBytes(
      of: UInt32(truncatingIfNeeded: part.count),
      toByteOffset: end,
      as: UInt32.self
    )
    UnsafeMutableRawBufferPointer(rebasing: scratch[(end + 4)...]).copyMemory(from: part)
    end += 4 + part.count
  }
}
