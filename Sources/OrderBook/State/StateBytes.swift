/// The state of a replay as bytes, of which only the same program on the same kind of machine makes
/// sense: numbers as they lie in memory, one behind the other.
package struct StateWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  mutating func put<Value: BitwiseCopyable>(_ value: Value) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  mutating func put<Value: BitwiseCopyable>(_ values: UnsafePointer<Value>, _ count: Int) {
    bytes.append(
      contentsOf: UnsafeRawBufferPointer(start: values, count: count * MemoryLayout<Value>.stride)
    )
  }

  mutating func put<Value: BitwiseCopyable>(_ values: [Value]) {
    put(values.count)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

/// The bytes of a state that are none: too short, or with a number that cannot be.
package struct StateError: Error, Hashable {}

/// Reads what a ``StateWriter`` has written, in the same order.
package struct StateReader {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var isAtEnd: Bool { position == bytes.count }

  mutating func take<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) throws(StateError)
    -> Value
  {
    let size = MemoryLayout<Value>.size
    guard bytes.count - position >= size else { throw StateError() }
    defer { position += size }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
  }

  /// A number of things that the rest of the bytes has room for.
  mutating func takeCount(of size: Int) throws(StateError) -> Int {
    let count = try take(Int.self)
    guard count >= 0, count <= (bytes.count - position) / max(1, size) else { throw StateError() }
    return count
  }

  mutating func take<Value: BitwiseCopyable>(
    into values: UnsafeMutablePointer<Value>,
    _ count: Int
  ) throws(StateError) {
    let size = count * MemoryLayout<Value>.stride
    guard size <= bytes.count - position else { throw StateError() }
    bytes.withUnsafeBytes { bytes in
      UnsafeMutableRawPointer(values).copyMemory(
        from: bytes.baseAddress.unsafelyUnwrapped + position,
        byteCount: size
      )
    }
    position += size
  }

  mutating func takeArray<Value: BitwiseCopyable>(
    of type: Value.Type = Value.self
  ) throws(StateError) -> [Value] {
    let count = try takeCount(of: MemoryLayout<Value>.stride)
    var values: [Value] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard bytes.count - position >= MemoryLayout<Value>.stride else { throw StateError() }
      values.append(
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
      )
      position += MemoryLayout<Value>.stride
    }
    return values
  }
}
