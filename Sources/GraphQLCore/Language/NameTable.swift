/// The different names of a document, each with an id.
struct NameTable: Sendable {
  struct Entry: Sendable {
    /// Where the name occurs first.
    var start: Int32
    var end: Int32
    var hash: UInt32
  }

  private(set) var entries: [Entry] = []
  private var slots: [Int32] = []

  init(expected: Int) {
    entries.reserveCapacity(expected)
    var size = 32
    while size < expected * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
  }

  /// The id of the name that a token covers.
  mutating func intern(_ token: Token, in source: Span<UInt8>) -> Int32 {
    if entries.count * 2 >= slots.count { grow() }
    let mask = slots.count - 1
    var position = Int(token.hash) & mask
    while slots[position] >= 0 {
      let entry = entries[Int(slots[position])]
      if entry.hash == token.hash, Self.isSame(entry, token, source) { return slots[position] }
      position = (position + 1) & mask
    }
    let id = Int32(truncatingIfNeeded: entries.count)
    slots[position] = id
    entries.append(Entry(start: token.start, end: token.end, hash: token.hash))
    return id
  }

  /// The id of a name, if it occurs.
  func find(_ name: Span<UInt8>, in source: Span<UInt8>) -> Int32? {
    let hash = NameHash.of(name)
    let mask = slots.count - 1
    var position = Int(hash) & mask
    while slots[position] >= 0 {
      let entry = entries[Int(slots[position])]
      if entry.hash == hash, source.extracting(Int(entry.start)..<Int(entry.end)).isSame(as: name) {
        return slots[position]
      }
      position = (position + 1) & mask
    }
    return nil
  }

  private static func isSame(_ entry: Entry, _ token: Token, _ source: Span<UInt8>) -> Bool {
    guard entry.end - entry.start == token.end - token.start else { return false }
    for offset in 0..<Int(entry.end - entry.start)
    where source[Int(entry.start) + offset] != source[Int(token.start) + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (id, entry) in entries.enumerated() {
      var position = Int(entry.hash) & mask
      while slots[position] >= 0 { position = (position + 1) & mask }
      slots[position] = Int32(truncatingIfNeeded: id)
    }
  }
}

extension Span<UInt8> {
  func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for position in 0..<count where self[position] != other[position] { return false }
    return true
  }

  func isSame(as text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for position in 0..<count where unsafe self[position] != text.utf8Start[position] {
      return false
    }
    return true
  }
}
