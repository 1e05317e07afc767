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
  /// The bytes of the request at hand; kept, so that looking up allocates nothing.
  private var scratch: [UInt8] = []

  init(on loop: EventLoop) {
    self.loop = loop
    entries = Array(repeating: nil, count: Self.slotCount)
    scratch.reserveCapacity(Self.maximumBytes)
  }

  /// The session of headers, as `make` finds it where it is not known.
  func session(
    _ headers: HTTPHeaders,
    make: (HTTPHeaders) throws(HasuraError) -> Session?
  ) throws(HasuraError) -> Session? {
    assert(loop.isCurrent, "a loop's sessions are looked up on its own thread")
    gather(headers)
    guard !scratch.isEmpty, scratch.count <= Self.maximumBytes else { return try make(headers) }
    var hasher = Hasher()
    scratch.withUnsafeBytes { hasher.combine(bytes: $0) }
    let slot = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.slotCount))
    if let entry = entries[slot], isSameAsAtHand(entry.bytes) { return entry.session }
    let session = try make(headers)
    if let session { entries[slot] = Entry(bytes: Array(scratch), session: session) }
    return session
  }

  /// Looks at every byte, whichever differs.
  private func isSameAsAtHand(_ bytes: [UInt8]) -> Bool {
    bytes.count == scratch.count && CRYPTO_memcmp(bytes, scratch, bytes.count) == 0
  }

  private func gather(_ headers: HTTPHeaders) {
    scratch.removeAll(keepingCapacity: true)
    headers.forEach(prefix: "x-hasura-") { field in
      append(field.nameBytes)
      append(field.value)
    }
  }

  /// Lengths too, so that no two lists of fields have the same bytes.
  private func append(_ bytes: ArraySlice<UInt8>) {
    let count = UInt32(truncatingIfNeeded: bytes.count)
    withUnsafeBytes(of: count) { scratch.append(contentsOf: $0) }
    scratch.append(contentsOf: bytes)
  }
}
