/// A bounded cache that keeps what was used since half its capacity was last filled.
///
/// Two generations: new entries and those found again go to the young one; when it is full it
/// becomes the old one, and what the old one still held is dropped. Every operation costs one or two
/// look-ups, and a flood of keys that come once cannot make it grow. The key that was found last is compared
/// before any is hashed: many requests in a row ask for the same.
struct GenerationalCache<Key: Hashable, Value> {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  /// What was found or set last; it is in the young generation as well.
  private var last: (key: Key, value: Value)?
  private let generationSize: Int

  init(capacity: Int) {
    generationSize = max(capacity / 2, 1)
  }

  var count: Int { young.count + old.count }

  subscript(key: Key) -> Value? {
    mutating get {
      if let last, last.key == key { return last.value }
      if let value = young[key] {
        last = (key, value)
        return value
      }
      guard let value = old.removeValue(forKey: key) else { return nil }
      insert(value, for: key)
      return value
    }
    set {
      guard let newValue else {
        young[key] = nil
        old[key] = nil
        last = nil
        return
      }
      insert(newValue, for: key)
    }
  }

  mutating func removeAll() {
    young = [:]
    old = [:]
    last = nil
  }

  private mutating func insert(_ value: Value, for key: Key) {
    if young.count >= generationSize {
      old = young
      young = [:]
    }
    young[key] = value
    last = (key, value)
  }
}
