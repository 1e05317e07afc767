/// The values of a statement's parameters in text form, in one piece of memory.
package struct Parameters: Sendable, Hashable {
  /// For each value its length as four bytes in the machine's order, the bytes and a NUL, which
  /// libpq wants at the end of a text; the length of NULL is -1, and nothing follows.
  private(set) var arena: [UInt8] = []
  package private(set) var count = 0
  /// Whether a value holds a zero byte, which no text of PostgreSQL can.
  private(set) var containsNUL = false

  package init() {}

  package mutating func reserveCapacity(bytes: Int) {
    arena.reserveCapacity(bytes)
  }

  package mutating func removeAll() {
    arena.removeAll(keepingCapacity: true)
    count = 0
    containsNUL = false
  }

  package mutating func appendNull() {
    append(length: -1)
  }

  package mutating func append(text: Span<UInt8>) {
    text.withUnsafeBufferPointer { append($0) }
  }

  package mutating func append(text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  package mutating func append(text: [UInt8]) {
    text.withUnsafeBufferPointer { append($0) }
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    append(length: Int32(bytes.count))
    arena.append(contentsOf: bytes)
    arena.append(0)
    if bytes.contains(0) { containsNUL = true }
  }

  private mutating func append(length: Int32) {
    withUnsafeBytes(of: length) { arena.append(contentsOf: $0) }
    count += 1
  }

  /// Writes a pointer to each value, nil for NULL, and lends the list until `body` returns.
  func withPointers<R>(
    _ pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>,
    _ body: () -> R
  ) -> R {
    arena.withUnsafeBytes { arena in
      var position = 0
      for index in 0..<count {
        let length = arena.loadUnaligned(fromByteOffset: position, as: Int32.self)
        position += 4
        if length < 0 {
          pointers[index] = nil
        } else {
          pointers[index] = (arena.baseAddress! + position).assumingMemoryBound(to: CChar.self)
          position += Int(length) + 1
        }
      }
      return body()
    }
  }
}
