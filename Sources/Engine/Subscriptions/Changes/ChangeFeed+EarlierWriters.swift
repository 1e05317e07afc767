import EventLoop
import PostgresClient

// How a feed comes to know of transactions that had written to a table before it was published.
//
// PostgreSQL tells of what a transaction writes only where the table was published as it wrote, and the
// output of a server without the fix of 2025 (15.13, 16.9, 17.5) may then keep silent about the table for
// those that follow too. So the stream begins anew when the last of them has ended, and all is read once.
extension ChangeFeed {
  /// A transaction, as locks name it.
  typealias Writer = String

  private static let firstPause = Duration.milliseconds(200)
  private static let longestPause = Duration.seconds(2)

  /// Looks who is writing to tables whose changes are told only since now.
  ///
  /// To be called before anybody reads them: who has ended by then is seen by that reading.
  func noteEarlierWriters(_ map: RelationMap) async throws(PostgresError) {
    defer { published = map.toldTables }
    guard let published else { return }
    let added = map.toldTables.subtracting(published)
    guard !added.isEmpty else { return }
    let writers = try await writers(to: added)
    guard !writers.isEmpty, !isStopped else { return }
    let isWaiting = !earlierWriters.isEmpty
    earlierWriters.formUnion(writers)
    if !isWaiting { loop.spawn { await self.awaitEarlierWriters() } }
  }

  private func awaitEarlierWriters() async {
    var pause = Self.firstPause
    while !earlierWriters.isEmpty, (try? await loop.sleep(for: pause)) != nil {
      pause = min(pause * 2, Self.longestPause)
      guard let running = try? await writers() else { continue }
      earlierWriters.formIntersection(running)
      // Where the stream was lost meanwhile there are none to wait for, and it begins anew by itself.
      if earlierWriters.isEmpty, published != nil {
        await stream.close(Self.beginsAnew)
      }
    }
  }

  private static let beginsAnew = PostgresError.connection(
    "it begins anew, since transactions have ended that had written to tables before these were published"
  )

  /// The transactions that write to any of the tables, or to any at all.
  private func writers(to tables: Set<UInt32>? = nil) async throws(PostgresError) -> Set<Writer> {
    var parameters = Parameters()
    if let tables {
      parameters.append(text: "{" + tables.map(String.init).joined(separator: ",") + "}")
    }
    var batch = QueryBatch()
    batch.append(
      sql: """
        select distinct virtualtransaction from pg_catalog.pg_locks
        where locktype = 'relation' and mode = 'RowExclusiveLock' and granted and database =
            (select oid from pg_catalog.pg_database where datname = current_database())
          \(tables == nil ? "" : "and relation = any($1::oid[])")
        """,
      parameters
    )
    let rows = try await pool.execute(batch)[0]
    return Set((0..<rows.rowCount).compactMap { rows.string($0, 0) })
  }
}
