/// What is known of pairs of small numbers.
///
/// A hash table with open addressing: looked into for each of hundreds of thousands of comparisons.
struct PairTable {
  private var keys: [UInt64] = Array(repeating: .max, count: 64)
  private var values: [Bool] = Array(repeating: false, count: 64)
  private var count = 0

  subscript(first: Int, second: Int) -> Bool? {
    get {
      let position = position(of: Self.key(first, second))
      return keys[position] == .max ? nil : values[position]
    }
    set {
      guard let newValue else { return }
      let key = Self.key(first, second)
      var position = position(of: key)
      if keys[position] == .max {
        count += 1
        if count * 2 > keys.count {
          grow()
          position = self.position(of: key)
        }
        keys[position] = key
      }
      values[position] = newValue
    }
  }

  private static func key(_ first: Int, _ second: Int) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: first)) << 32 | UInt64(UInt32(truncatingIfNeeded: second))
  }

  private func position(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var position = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[position] != key, keys[position] != .max { position = (position + 1) & mask }
    return position
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = Array(repeating: .max, count: oldKeys.count * 2)
    values = Array(repeating: false, count: oldKeys.count * 2)
    for (index, key) in oldKeys.enumerated() where key != .max {
      let position = position(of: key)
      keys[position] = key
      values[position] = oldValues[index]
    }
  }
}
