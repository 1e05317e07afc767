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

  private var slots: [Slot]
  private var count = 0

  init(minimumCapacity: Int = 0) {
    var size = 16
    while size < minimumCapacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(hash: 0, index: -1), count: size)
  }

  /// Adds an entry; the caller has made sure that the name is not there yet.
  mutating func insert(_ index: Int, hash: UInt32) {
    count += 1
    if count * 2 > slots.count { grow() }
    place(Slot(hash: hash, index: Int32(truncatingIfNeeded: index)))
  }

  /// The index among the entries of this hash that `matches` accepts.
  func find(hash: UInt32, where matches: (Int) -> Bool) -> Int? {
    let mask = slots.count - 1
    var position = Int(hash) & mask
    while true {
      let slot = slots[position]
      if slot.index < 0 { return nil }
      if slot.hash == hash, matches(Int(slot.index)) { return Int(slot.index) }
      position = (position + 1) & mask
    }
  }

  private mutating func place(_ slot: Slot) {
    let mask = slots.count - 1
    var position = Int(slot.hash) & mask
    while slots[position].index >= 0 { position = (position + 1) & mask }
    slots[position] = slot
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(hash: 0, index: -1), count: old.count * 2)
    for slot in old where slot.index >= 0 { place(slot) }
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
