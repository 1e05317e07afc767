import Testing

@testable import PostgresClient

@Suite struct ChangeCollectorTests {
  private func message(_ bytes: [UInt8]) -> ReplicationMessage? {
    bytes.withUnsafeBufferPointer { ReplicationMessage($0) }
  }

  /// A message of the plugin inside one of the protocol.
  private func data(_ plugin: [UInt8]) -> [UInt8] {
    [UInt8(ascii: "w")] + [UInt8](repeating: 0, count: 24) + plugin
  }

  private func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  private func value(_ text: String?) -> [UInt8] {
    guard let text else { return [UInt8(ascii: "n")] }
    return [UInt8(ascii: "t")] + bytes(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  private var relation: [UInt8] {
    [UInt8(ascii: "R")] + bytes(UInt32(77)) + text("public") + text("fills")
      + [UInt8(ascii: "d")] + bytes(UInt16(2))
      + [1] + text("id") + bytes(UInt32(23)) + bytes(UInt32.max)
      + [0] + text("qty") + bytes(UInt32(23)) + bytes(UInt32.max)
  }

  private func insert(_ id: String, _ qty: String?) -> [UInt8] {
    [UInt8(ascii: "I")] + bytes(UInt32(77)) + [UInt8(ascii: "N")] + bytes(UInt16(2))
      + value(id) + value(qty)
  }

  private func begin(_ transaction: UInt32) -> [UInt8] {
    [UInt8(ascii: "B")] + bytes(UInt64(1)) + bytes(UInt64(2)) + bytes(transaction)
  }

  private func commit(_ end: UInt64) -> [UInt8] {
    [UInt8(ascii: "C"), 0] + bytes(UInt64(1)) + bytes(end) + bytes(UInt64(3))
  }

  @Test func readsTheMessagesOfTheServer() {
    #expect(
      message([UInt8(ascii: "k")] + bytes(UInt64(9)) + bytes(UInt64(1)) + [1])
        == .keepalive(end: 9, wantsReply: true)
    )
    #expect(message(data(begin(5))) == .begin(transaction: 5))
    #expect(message(data(commit(8))) == .commit(end: 8))
    #expect(
      message(data(relation)) == .relation(.init(id: 77, columns: ["id", "qty"], types: [23, 23]))
    )
    #expect(
      message(data(insert("1", nil)))
        == .insert(relation: 77, .init(values: [[UInt8(ascii: "1")], nil]))
    )
    let truncate: [UInt8] = [UInt8(ascii: "T")] + bytes(UInt32(2)) + [0]
    #expect(
      message(data(truncate + bytes(UInt32(3)) + bytes(UInt32(4)))) == .truncate(relations: [3, 4])
    )
    #expect(message(data([UInt8(ascii: "Y"), 1, 2, 3])) == .other)
  }

  /// Every message cut short anywhere is none, and nothing is read behind its end.
  @Test func refusesWhatIsCutShort() {
    for whole in [begin(5), commit(8), relation, insert("12", "3")].map(data) {
      for length in 0..<whole.count { #expect(message(Array(whole[..<length])) == nil) }
    }
    #expect(message(data([UInt8(ascii: "T")] + bytes(UInt32.max) + [0])) == nil)
    #expect(message([0x21]) == nil)
  }

  private func take(_ messages: [[UInt8]], _ collector: inout ChangeCollector) -> [CommittedChange]
  {
    messages.compactMap { message(data($0)).flatMap { collector.take($0) } }
  }

  @Test func tellsATransactionWhenItIsCommitted() {
    var collector = ChangeCollector()
    collector.wanted = [77: []]
    let update = [UInt8(ascii: "U")] + bytes(UInt32(78)) + [UInt8(ascii: "N")] + bytes(UInt16(0))
    let changes = take(
      [
        begin(5), relation, insert("1", nil), insert("2", "20"), update, commit(100),
        // One that changed nothing that is published.
        begin(6), commit(101),
      ],
      &collector
    )
    var expected = CommittedChange(transaction: 5)
    expected.relations = [77, 78]
    expected.rows = [
      77: InsertedRows(
        columns: ["id", "qty"],
        rows: [[Array("1".utf8), nil], [Array("2".utf8), Array("20".utf8)]]
      )
    ]
    #expect(changes == [expected])
    #expect(collector.end == 101)
  }

  /// Of those that are too many it is told how far they reach.
  @Test func keepsNoMoreRowsThanItMay() {
    var collector = ChangeCollector()
    collector.wanted = [77: ["qty"]]
    let rows = (0..<ChangeCollector.maximumRows).map { insert(String($0), "0") }
    let rest = ["7", "-3", nil, "12", "9"].map { insert("1", $0) }
    let changes = take([begin(5), relation] + rows + rest + [commit(1)], &collector)
    #expect(changes.map { $0.rows[77]?.rows.count } == [ChangeCollector.maximumRows])
    let extent = UnkeptRows.Extent(least: Array("-3".utf8), greatest: Array("12".utf8))
    #expect(changes.first?.rows[77]?.rest == UnkeptRows(["qty": extent]))
    let few = take([begin(6), relation] + rows + [commit(2)], &collector)
    #expect(few.map { $0.rows[77]?.rest } == [nil])
  }

  @Test func saysNothingOfWhatCannotBeCompared() {
    var collector = ChangeCollector()
    collector.wanted = [77: ["qty"]]
    let rows = (0..<ChangeCollector.maximumRows).map { insert(String($0), "0") }
    for rest in [["7", "none"], ["none", "7"], [nil]] {
      let changes = take(
        [begin(5), relation] + rows + rest.map { insert("1", $0) } + [commit(1)],
        &collector
      )
      #expect(changes.first?.rows[77]?.rest?.extents == [:])
    }
  }

  @Test func owesAReplyOnlyWhenItWasAskedFor() {
    var collector = ChangeCollector()
    #expect(collector.take(.keepalive(end: 7, wantsReply: false)) == nil)
    #expect(!collector.owesReply)
    #expect(collector.take(.keepalive(end: 8, wantsReply: true)) == nil)
    #expect(collector.owesReply)
    collector.replied()
    #expect(!collector.owesReply)
    #expect(collector.end == 8)
  }
}
