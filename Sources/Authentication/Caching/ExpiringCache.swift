/// Values by the digest of what they were made of, each until a moment, and a bounded number.
///
/// Two dictionaries: when the young one is full it becomes the old one, and what nobody asked for
/// since then is gone. No entry is searched for to be thrown out.
struct ExpiringCache<Value> {
  private struct Entry {
    var value: Value
    /// In milliseconds since 1970.
    var expiry: Int
  }

  private let capacity: Int
  private var young: [Digest: Entry] = [:]
  private var old: [Digest: Entry] = [:]

  /// Holds at most `capacity` values; none where that is below two.
  init(capacity: Int) {
    self.capacity = max(capacity / 2, 0)
  }

  mutating func value(of key: Digest, at now: Int) -> Value? {
    if let entry = young[key] { return now < entry.expiry ? entry.value : nil }
    guard let entry = old[key], now < entry.expiry else { return nil }
    insert(entry, key)
    return entry.value
  }

  mutating func insert(_ value: Value, for key: Digest, until expiry: Int) {
    insert(Entry(value: value, expiry: expiry), key)
  }

  private mutating func insert(_ entry: Entry, _ key: Digest) {
    guard capacity > 0 else { return }
    if young.count >= capacity, young[key] == nil {
      old = young
      young = [:]
    }
    young[key] = entry
  }

  mutating func removeAll() {
    young = [:]
    old = [:]
  }

  var count: Int { young.count + old.keys.count { young[$0] == nil } }
}
