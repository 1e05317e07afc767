import Testing

@testable import Engine

@Suite struct GenerationalCacheTests {
  @Test func keepsWhatIsUsedAndForgetsTheRest() {
    var cache = GenerationalCache<Int, String>(capacity: 4)
    for key in 0..<100 {
      cache[key] = "value \(key)"
      #expect(cache[0] == "value 0")
      #expect(cache.count <= 4)
    }
    #expect(cache[99] == "value 99")
    #expect(cache[50] == nil)
  }

  @Test func replacesAndRemovesValues() {
    var cache = GenerationalCache<String, Int>(capacity: 2)
    cache["a"] = 1
    cache["a"] = 2
    #expect(cache["a"] == 2)
    cache["a"] = nil
    #expect(cache["a"] == nil)
    #expect(cache.count == 0)
  }

  /// The one that was found last is known without a look-up.
  @Test func forgetsTheLastOneWithTheRest() {
    var cache = GenerationalCache<String, Int>(capacity: 2)
    cache["a"] = 1
    #expect(cache["a"] == 1)
    cache.removeAll()
    #expect(cache["a"] == nil)
    cache["a"] = 2
    cache["b"] = 3
    #expect(cache["a"] == 2)
    cache["b"] = nil
    #expect(cache["a"] == 2)
    #expect(cache["b"] == nil)
  }
}
