import JSON

/// Finds the index of a definition by its name and the type that it belongs to.
///
/// A hash table with open addressing that holds no names itself: whoever asks compares the few
/// candidates with the definitions' own names. A name comes as bytes of a document, so no String is
/// made to look it up.
struct NameIndex: Sendable {
  private struct Slot: Sendable {
    var hash: UInt32
    /// -1 where the slot is free.
    var index: Int32
  }

  /// In pieces, of which a copy that grows shares all that nothing came into.
  private var pieces: [[Slot]]
  private var mask: Int
  private var count = 0

  /// How many slots a piece has in tables of more than one, as a power of two.
  private static let pieceShift = 9

  init(minimumCapacity: Int = 0) {
    var size = 16
    while size < minimumCapacity * 2 { size *= 2 }
    (pieces, mask) = Self.free(size)
  }

  private static func free(_ size: Int) -> (pieces: [[Slot]], mask: Int) {
    let slot = Slot(hash: 0, index: -1)
    let length = min(size, 1 << pieceShift)
    let pieces = (0..<size / length).map { _ in Array(repeating: slot, count: length) }
    return (pieces, size - 1)
  }

  private func slot(_ position: Int) -> Slot {
    pieces[position >> Self.pieceShift][position & (1 << Self.pieceShift - 1)]
  }

  /// Adds an entry; the caller has made sure that the name is not there yet.
  mutating func insert(_ index: Int, hash: UInt32) {
    count += 1
    if count * 2 > mask + 1 { grow() }
    place(Slot(hash: hash, index: Int32(truncatingIfNeeded: index)))
  }

  /// The index among the entries of this hash that `matches` accepts.
  func find(hash: UInt32, where matches: (Int) -> Bool) -> Int? {
    var position = Int(hash) & mask
    while true {
      let slot = slot(position)
      if slot.index < 0 { return nil }
      if slot.hash == hash, matches(Int(slot.index)) { return Int(slot.index) }
      position = (position + 1) & mask
    }
  }

  private mutating func place(_ slot: Slot) {
    var position = Int(slot.hash) & mask
    while self.slot(position).index >= 0 { position = (position + 1) & mask }
    pieces[position >> Self.pieceShift][position & (1 << Self.pieceShift - 1)] = slot
  }

  private mutating func grow() {
    let old = pieces
    (pieces, mask) = Self.free((mask + 1) * 2)
    for piece in old {
      for slot in piece where slot.index >= 0 { place(slot) }
    }
  }

  /// The hash of a name among the members of a type.
  static func mix(_ hash: UInt32, owner: Int) -> UInt32 {
    let mixed =
      (UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: owner)))
      &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  static func hash(_ name: Span<UInt8>, owner: Int) -> UInt32 {
    mix(NameHash.of(name), owner: owner)
  }
}

extension String {
  /// Whether the text is these bytes.
  func hasSameBytes(as bytes: Span<UInt8>) -> Bool {
    let own = utf8Span.span
    guard own.count == bytes.count else { return false }
    for position in 0..<own.count where own[position] != bytes[position] { return false }
    return true
  }
}
