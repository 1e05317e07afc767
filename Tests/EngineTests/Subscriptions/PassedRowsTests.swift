import PostgresClient
import Testing

@testable import Engine

/// Which rows a stream has passed, without a database.
@Suite struct PassedRowsTests {
  private func snapshot(_ text: String) throws -> DatabaseSnapshot {
    try #require(DatabaseSnapshot(text.utf8))
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let order = CursorOrder(column: "id", type: "int8", isDescending: false)

  @Test func findsWhatWasUnderWayWhenItsPlaceWasPassed() throws {
    var rows = PassedRows(Self.order)
    rows.read(from: nil, try snapshot("100:102:100"), at: 0)
    rows.read(from: bytes("9"), try snapshot("100:102:100"), at: 0)
    rows.inserted([bytes("7")], cursor: bytes("7"), by: 100)
    #expect(rows.takeBatch() == nil)
    rows.read(from: bytes("9"), try snapshot("103:103:"), at: 0)
    #expect(rows.takeBatch() == PassedRows.Batch(place: bytes("9"), keys: [[bytes("7")]]))
    #expect(rows.takeBatch() == nil)
  }

  @Test func leavesWhatWasDeliveredOrIsToCome() throws {
    var rows = PassedRows(Self.order)
    rows.read(from: nil, try snapshot("100:100:"), at: 0)
    // Seen by the reading that passed it: told later, delivered before.
    rows.read(from: bytes("4"), try snapshot("105:105:"), at: 0)
    rows.inserted([bytes("5")], cursor: bytes("5"), by: 101)
    rows.read(from: bytes("5"), try snapshot("105:105:"), at: 0)
    rows.inserted([bytes("5")], cursor: bytes("5"), by: 101)
    // Behind the place of the reading that sees it.
    rows.inserted([bytes("6")], cursor: bytes("6"), by: 105)
    rows.read(from: bytes("5"), try snapshot("106:106:"), at: 0)
    #expect(rows.batches.isEmpty)
  }

  /// A large transaction is told long after the reading that saw it first.
  @Test func leavesWhatWasDeliveredThousandsOfReadingsAgo() throws {
    var rows = PassedRows(Self.order)
    rows.read(from: nil, try snapshot("100:102:100,101"), at: 0)
    rows.read(from: bytes("500"), try snapshot("100:102:100,101"), at: 0)
    for place in 0..<3000 {
      rows.read(from: bytes("\(1000 + place)"), try snapshot("101:102:101"), at: 2 * UInt64(place))
    }
    for id in ["3", "700", "1000", "1001", "3999", "4000"] {
      rows.inserted([bytes(id)], cursor: bytes(id), by: 100)
    }
    #expect(
      rows.batches == [
        PassedRows.Batch(
          place: bytes("1000"),
          keys: [[bytes("3")], [bytes("700")], [bytes("1000")]]
        )
      ]
    )
    // A minute later nothing is told any more that those have seen.
    for place in 0..<70 {
      rows.read(from: bytes("\(5000 + place)"), try snapshot("101:102:101"), at: 66_100)
    }
    rows.inserted([bytes("4500")], cursor: bytes("4500"), by: 100)
    #expect(rows.batches.last?.keys == [[bytes("4500")]])
  }

  @Test func leavesWhatWasThereBeforeTheStream() throws {
    var rows = PassedRows(Self.order)
    rows.read(from: nil, try snapshot("105:105:"), at: 0)
    rows.inserted([bytes("1")], cursor: bytes("1"), by: 104)
    #expect(rows.batches.isEmpty)
  }

  @Test(
    arguments: [
      ("int8", "10", "9", true, false), ("int8", "9", "9", false, true),
      ("int8", "8", "9", false, true), ("numeric", "10.5", "9.75", true, false),
      ("timestamptz", "2026-01-02 11:30:00+01", "2026-01-02 09:30:00+00", true, false),
      ("timestamptz", "2026-01-02 09:30:00+00", "2026-01-02T09:30:00Z", false, true),
      // Only PostgreSQL can tell.
      ("timestamp", "infinity", "2026-01-02 09:30:00", false, false),
      ("text", "b", "a", false, false),
    ]
  )
  func comparesWhatItCan(
    _ type: String,
    _ value: String,
    _ place: String,
    isBehind: Bool,
    isUpTo: Bool
  ) {
    let up = CursorOrder(column: "c", type: type, isDescending: false)
    #expect(up.isBehind(bytes(value), bytes(place)) == isBehind)
    #expect(up.isUpTo(bytes(value), bytes(place)) == isUpTo)
    let down = CursorOrder(column: "c", type: type, isDescending: true)
    #expect(down.isBehind(bytes(place), bytes(value)) == isBehind)
    #expect(down.isUpTo(bytes(place), bytes(value)) == isUpTo)
  }

  @Test func leavesWhatLiesBeforeTheStart() throws {
    var rows = PassedRows(Self.order, start: bytes("100"))
    rows.read(from: nil, try snapshot("100:100:"), at: 0)
    rows.read(from: bytes("200"), try snapshot("100:100:"), at: 0)
    rows.inserted([bytes("1")], cursor: bytes("100"), by: 101)
    rows.inserted(rest("1", "100"), by: 101)
    rows.inserted([bytes("2")], cursor: bytes("101"), by: 101)
    rows.read(from: bytes("201"), try snapshot("105:105:"), at: 0)
    #expect(rows.batches == [PassedRows.Batch(place: bytes("201"), keys: [[bytes("2")]])])
    #expect(!rows.mayHaveLost)
  }

  private func rest(_ least: String, _ greatest: String) -> UnkeptRows {
    UnkeptRows(["id": UnkeptRows.Extent(least: bytes(least), greatest: bytes(greatest))])
  }

  /// The place is 200 when the transaction is seen.
  @Test(
    arguments: [
      ("201", "900", false, false), ("200", "900", false, true), ("1", "150", false, true),
      ("1", "199", true, false), ("1", "200", true, true), ("201", "900", true, true),
    ]
  )
  func knowsWhetherRowsThatWereNotToldWerePassed(
    _ least: String,
    _ greatest: String,
    isDescending: Bool,
    isLost: Bool
  ) throws {
    let order = CursorOrder(column: "id", type: "int8", isDescending: isDescending)
    for isSeenFirst in [false, true] {
      var rows = PassedRows(order, start: bytes(isDescending ? "1000" : "0"))
      rows.read(from: nil, try snapshot("100:100:"), at: 0)
      if !isSeenFirst { rows.inserted(rest(least, greatest), by: 101) }
      #expect(!rows.mayHaveLost)
      rows.read(from: bytes("200"), try snapshot("105:105:"), at: 0)
      if isSeenFirst { rows.inserted(rest(least, greatest), by: 101) }
      #expect(rows.mayHaveLost == isLost)
    }
  }

  @Test func fearsTheWorstOfWhatCannotBeCompared() throws {
    var rows = PassedRows(Self.order)
    rows.read(from: nil, try snapshot("100:100:"), at: 0)
    rows.inserted(UnkeptRows(), by: 99)
    #expect(!rows.mayHaveLost)
    rows.inserted(UnkeptRows(), by: 101)
    rows.read(from: bytes("9"), try snapshot("105:105:"), at: 0)
    #expect(rows.mayHaveLost)
  }
}
