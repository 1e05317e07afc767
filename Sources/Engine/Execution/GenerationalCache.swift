/// A bounded cache that keeps what was used since half its capacity was last filled.
///
/// Two generations: new entries and those found again go to the young one; when it is full it
/// becomes the old one, and what the old one still held is dropped. Every operation costs one or two
/// look-ups, and a flood of keys that come once cannot make it grow.
struct GenerationalCache<Key: Hashable, Value> {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private let generationSize: Int

  init(capacity: Int) {
    generationSize = max(capacity / 2, 1)
  }

  var count: Int { young.count + old.count }

  subscript(key: Key) -> Value? {
    mutating get {
      if let value = young[key] { return value }
      guard let value = old.removeValue(forKey: key) else { return nil }
      insert(value, for: key)
      return value
    }
    set {
      guard let newValue else {
        young[key] = nil
        old[key] = nil
        return
      }
      insert(newValue, for: key)
    }
  }

  mutating func removeAll() {
    young = [:]
    old = [:]
  }

  private mutating func insert(_ value: Value, for key: Key) {
    if young.count >= generationSize {
      old = young
      young = [:]
    }
    young[key] = value
  }
}
