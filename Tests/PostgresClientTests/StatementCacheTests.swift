import Testing

@testable import PostgresClient

struct StatementCacheTests {
  private let queries = (0..<4).map { PreparedQuery("SELECT \($0)") }

  @Test func givesUpTheStatementUsedLeastRecently() {
    var cache = StatementCache(bound: 2)
    for index in [0, 1, 0, 2] {
      cache.beginBatch()
      _ = cache.use(queries[index])
      cache.evict()
    }
    #expect(cache.takeDeallocations() == ["DEALLOCATE \(queries[1].name)"])
    #expect(cache.takeDeallocations() == [])
    #expect(queries.map { cache.contains($0) } == [true, false, true, false])
  }

  @Test func keepsWhatTheBatchItselfUses() {
    var cache = StatementCache(bound: 2)
    cache.beginBatch()
    let known = queries.map { cache.use($0) }
    #expect(known == [false, false, false, false])
    #expect(cache.use(queries[0]) == true)
    cache.evict()
    #expect(cache.deallocations == [] && cache.count == 4)
    cache.beginBatch()
    #expect(cache.use(queries[3]) == true)
    cache.evict()
    #expect(cache.deallocations.count == 2 && cache.contains(queries[3]))
  }

  @Test func preparesAnewWhatIsOutOfDate() {
    var cache = StatementCache(bound: 2)
    cache.beginBatch()
    _ = cache.use(queries[0])
    _ = cache.use(queries[1])
    cache.renew(queries[0])
    #expect(cache.deallocations == ["DEALLOCATE \(queries[0].name)"])
    #expect(cache.use(queries[0]) == false)
    cache.renewAll()
    #expect(cache.takeDeallocations() == ["DEALLOCATE ALL"])
    #expect(cache.count == 0)
  }
}
