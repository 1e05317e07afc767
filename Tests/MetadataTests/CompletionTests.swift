import Catalog
import Testing

@testable import Metadata

@Suite struct CompletionTests {
  @Test(
    arguments: [
      ("symbol", "symbols"), ("index", "indexes"), ("run_summary", "run_summaries"),
      ("day", "days"), ("batch", "batches"), ("class", "classes"), ("status", "statuses"),
      ("alias", "aliases"),
    ]
  )
  func knowsThePlural(of singular: String, _ plural: String) {
    #expect(EnglishNoun(singular).plural == plural)
    #expect(EnglishNoun(plural).plural == plural)
    #expect(EnglishNoun(plural).singular == singular)
    #expect(EnglishNoun(singular).singular == singular)
  }

  @Test(arguments: [("matrices", "matrix"), ("ohlcv", "ohlcv"), ("performance", "performance")])
  func knowsTheSingular(of plural: String, _ singular: String) {
    #expect(EnglishNoun(plural).singular == singular)
    #expect(EnglishNoun(plural).plural == plural)
  }

  private func table(
    _ name: String,
    in schema: String = "public",
    columns: [String],
    keys: [(String, String, to: String)] = [],
    unique: [String] = []
  ) -> Table {
    let type = PostgresTypeID(index: 0)
    return Table(
      oid: 0,
      name: TableName(schema: schema, name: name),
      columns: columns.enumerated()
        .map { Column(name: $0.element, position: $0.offset + 1, type: type) },
      uniqueKeys: unique.map { Key(name: $0, columns: [$0]) },
      foreignKeys: keys.map { column, target, targetColumn in
        ForeignKey(
          name: "\(name)_\(column)_fkey",
          columns: [column],
          target: TableName(name: target),
          targetColumns: [targetColumn]
        )
      }
    )
  }

  private func fields(_ tables: [Table], of name: String) -> [String] {
    let source = Source().completed(from: Catalog(tables: tables))
    let table = source.table(TableName(name: name))
    return (table?.objectRelationships ?? []).map { "\($0.name)" }
      + (table?.arrayRelationships ?? []).map { "\($0.name)[]" }
  }

  @Test func namesRelationshipsByTheirColumns() {
    let accounts = table("accounts", columns: ["account_id"])
    let orders = table(
      "orders",
      columns: ["order_id", "account_id", "parent_id", "clearing_account_id"],
      keys: [
        ("account_id", "accounts", to: "account_id"), ("parent_id", "orders", to: "order_id"),
        ("clearing_account_id", "accounts", to: "account_id"),
      ]
    )
    let settings = table(
      "account_settings",
      columns: ["account_id"],
      keys: [("account_id", "accounts", to: "account_id")],
      unique: ["account_id"]
    )
    let positions = table(
      "positions",
      columns: ["account_id"],
      keys: [("account_id", "accounts", to: "account_id")]
    )
    let brokerPositions = table(
      "positions",
      in: "broker",
      columns: ["account_id"],
      keys: [("account_id", "accounts", to: "account_id")]
    )
    let all = [accounts, orders, settings, positions, brokerPositions]
    #expect(
      fields(all, of: "accounts") == [
        "account_setting", "broker_positions[]", "orders[]", "orders_by_clearing_account[]",
        "positions[]",
      ]
    )
    #expect(
      fields(all, of: "orders") == ["account", "clearing_account", "parent", "child_orders[]"]
    )
  }

  @Test func leavesTheNamesOfColumnsAlone() {
    let symbols = table(
      "symbols",
      columns: ["symbol", "underlying", "exchange_mic"],
      keys: [
        ("underlying", "symbols", to: "symbol"), ("exchange_mic", "exchanges", to: "mic"),
      ]
    )
    let exchanges = table("exchanges", columns: ["mic", "symbols"])
    let bars = table("bars", columns: ["symbol"], keys: [("symbol", "symbols", to: "symbol")])
    let all = [symbols, exchanges, bars]
    #expect(
      fields(all, of: "symbols")
        == ["exchange", "underlying_info", "bars[]", "symbols_by_underlying[]"]
    )
    #expect(fields(all, of: "exchanges") == ["symbols_by_exchange_mic[]"])
    #expect(fields(all, of: "bars") == ["symbol_info"])
  }

  @Test func keepsWhatIsThere() {
    let catalog = LibraryFixture.catalog
    var article = LibraryFixture.article
    article.objectRelationships = [
      Relationship(name: "writer", using: .foreignKey(columns: ["author_id"]))
    ]
    let source = Source(tables: [article])
    let completed = source.completed(from: catalog)
    #expect(completed.tables.map(\.table.name) == ["article", "colors", "author"])
    #expect(completed.tables[0] == article)
    #expect(completed.tables[2] == LibraryFixture.related[0])
    #expect(completed.completed(from: catalog) == completed)
  }
}
