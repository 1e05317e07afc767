/// The hash of a name: FNV-1a, a byte at a time, as the lexer passes over it.
struct NameHash {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  var value: UInt32 { UInt32(truncatingIfNeeded: state ^ (state >> 32)) }

  static func of(_ name: Span<UInt8>) -> UInt32 {
    var hash = NameHash()
    for position in 0..<name.count { hash.combine(name[position]) }
    return hash.value
  }
}
