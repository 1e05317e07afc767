import Testing

@testable import Authentication

@Suite("Caching")
struct CachingTests {
  private func digest(_ number: Int) -> Digest { Digest(of: Array(String(number).utf8)) }

  @Test func aValueIsThereUntilItsTime() {
    var cache = ExpiringCache<String>(capacity: 8)
    cache.insert("a", for: digest(1), until: 100)
    #expect(cache.value(of: digest(1), at: 99) == "a")
    #expect(cache.value(of: digest(1), at: 100) == nil)
    #expect(cache.value(of: digest(2), at: 0) == nil)
  }

  @Test func holdsNoMoreThanItMay() {
    var cache = ExpiringCache<Int>(capacity: 100)
    for number in 0..<10_000 {
      cache.insert(number, for: digest(number), until: .max)
      // One that is asked for all the time stays.
      #expect(cache.value(of: digest(0), at: 0) == 0)
    }
    #expect(cache.count <= 100)
    #expect(cache.value(of: digest(9999), at: 0) == 9999)
    #expect(cache.value(of: digest(1), at: 0) == nil)
  }

  @Test func readsCacheControl() {
    let control = CacheControl("public, Max-Age=\"60\" , must-revalidate")
    #expect(control.maximumAgeSeconds == 60)
    #expect(control.mustRevalidate)
    #expect(!control.isNotCached)
    #expect(CacheControl("s-maxage=5, max-age=9").maximumAgeSeconds == 5)
    #expect(CacheControl("max-age=99999999999999999999").maximumAgeSeconds == 31_536_000)
    #expect(CacheControl("no-store").isNotCached)
    #expect(CacheControl("no-cache").isNotCached)
    for text in ["max-age", "max-age=", "max-age=-1", "max-age=x"] {
      #expect(CacheControl(text).isMalformed)
      #expect(CacheControl(text).maximumAgeSeconds == nil)
    }
    #expect(CacheControl(",=,,").maximumAgeSeconds == nil)
  }
}
