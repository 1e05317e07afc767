/// Writes a FlatBuffer, back to front as the format wants it: what is referred to comes first.
///
/// By "FlatBuffer Internals": little-endian scalars at multiples of their size, counted from the
/// buffer's end; tables with a vtable each; offsets of 32 bits that point onward. Only what Arrow's
/// messages need. Bytes are kept in reverse until the end.
struct FlatBuffer {
  /// The place of something that has been written, counted from the end.
  struct Offset {
    fileprivate var value: Int
  }

  private var reversed: [UInt8] = []
  private var alignment = 1
  /// Places of the fields of the table under way; 0 for what is not there.
  private var fields: [Int] = []
  private var tableEnd = 0

  // MARK: - Scalars

  /// Fills up so that a value of a size lies right after some more bytes.
  private mutating func align(_ size: Int, after more: Int = 0) {
    alignment = max(alignment, size)
    let rest = (reversed.count + more) % size
    if rest > 0 { reversed.append(contentsOf: repeatElement(0, count: size - rest)) }
  }

  private mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { reversed.append(contentsOf: $0.reversed()) }
  }

  /// A reference to something, from here.
  private mutating func put(_ offset: Offset) {
    align(4)
    put(UInt32(reversed.count + 4 - offset.value))
  }

  // MARK: - Texts and vectors

  mutating func string(_ text: String) -> Offset {
    let bytes = Array(text.utf8)
    align(4, after: bytes.count + 1)
    reversed.append(0)
    reversed.append(contentsOf: bytes.reversed())
    put(UInt32(bytes.count))
    return Offset(value: reversed.count)
  }

  mutating func vector(of offsets: [Offset]) -> Offset {
    align(4, after: offsets.count * 4)
    for offset in offsets.reversed() { put(offset) }
    put(UInt32(offsets.count))
    return Offset(value: reversed.count)
  }

  /// A vector of structs of two 64-bit numbers, which `FieldNode` and `Buffer` of Arrow are.
  mutating func vector(ofPairs pairs: [(Int64, Int64)]) -> Offset {
    align(4, after: pairs.count * 16)
    align(8, after: pairs.count * 16)
    for pair in pairs.reversed() {
      put(pair.1)
      put(pair.0)
    }
    put(UInt32(pairs.count))
    return Offset(value: reversed.count)
  }

  // MARK: - Tables

  /// Begins a table with so many fields; what they refer to has been written.
  mutating func beginTable(_ count: Int) {
    fields = [Int](repeating: 0, count: count)
    tableEnd = reversed.count
  }

  mutating func field<Value: FixedWidthInteger>(_ index: Int, _ value: Value) {
    align(MemoryLayout<Value>.size)
    put(value)
    fields[index] = reversed.count
  }

  mutating func field(_ index: Int, _ offset: Offset) {
    put(offset)
    fields[index] = reversed.count
  }

  mutating func endTable() -> Offset {
    // The table begins with the distance to its vtable, which is written right before it.
    align(4)
    let size = 4 + 2 * fields.count
    put(Int32(size))
    let table = reversed.count
    for place in fields.reversed() { put(UInt16(place == 0 ? 0 : table - place)) }
    put(UInt16(table - tableEnd))
    put(UInt16(size))
    return Offset(value: table)
  }

  /// The buffer with its root table, a multiple of 8 long.
  consuming func finish(_ root: Offset) -> [UInt8] {
    align(max(alignment, 8), after: 4)
    put(root)
    return reversed.reversed()
  }
}
