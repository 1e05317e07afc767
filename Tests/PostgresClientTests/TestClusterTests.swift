import TestSupport
import Testing

struct TestClusterTests {
  @Test func makesDatabasesFromATemplateMadeOnce() throws {
    let cluster = try TestCluster.shared()
    let template = try cluster.makeTemplate("numbers", "CREATE TABLE n AS SELECT 7 AS n, NULL AS x")
    #expect(try cluster.makeTemplate("numbers", "SELECT 1/0") == template)
    let first = try cluster.makeDatabase(template: template)
    let second = try cluster.makeDatabase(template: template)
    try first.execute("UPDATE n SET n = 8")
    #expect(try first.execute("SELECT * FROM n") == [["8", nil]])
    #expect(try second.execute("SELECT * FROM n") == [["7", nil]])
  }

  @Test func stopsAndStartsAClusterOfATestsOwn() throws {
    let cluster = try TestCluster.start()
    try cluster.stop(.fast)
    #expect(throws: TestClusterError.self) {
      try cluster.database(named: "postgres").execute("SELECT 1")
    }
    try cluster.start()
    #expect(try cluster.database(named: "postgres").execute("SELECT 1") == [["1"]])
  }
}
