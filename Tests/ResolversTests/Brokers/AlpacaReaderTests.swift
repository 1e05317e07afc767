import JSON
import Resolvers
import Testing
import TestSupport

struct AlpacaReaderTests {
  @Test func readsAnAccount() throws {
    guard let answer = try fixture("alpaca_account.json") else { return }
    let account = try AlpacaReader.account(answer)
    #expect(account.externalID == "e6fe16f3-64a4-4921-8928-cadf02f92f98")
    #expect(account.accountNumber == "010203ABCD")
    #expect(account.cash?.description == "-23140.2")
    #expect(account.buyingPower?.description == "262113.632")
    #expect(account.multiplier?.description == "4")
    #expect(account.dayTradeCount == 0)
    #expect(account.isPatternDayTrader == false)
    #expect(account.openedAt?.description == "2019-06-12 22:47:07.99658+00")
    #expect(try JSONValue(parsing: account.raw) == answer)
  }

  @Test func signsTheQuantityOfAShortPosition() throws {
    let positions = try AlpacaReader.positions(
      JSONValue(
        parsing: """
          [{"symbol": "A", "qty": "5", "side": "short", "asset_class": "us_equity"},
           {"symbol": "B", "qty": "-5.5", "side": "short", "asset_class": "us_option"},
           {"symbol": "C", "qty": 7, "side": "long", "unrealized_plpc": "0.20"},
           {"symbol": "D", "qty": "0", "side": "long"}]
          """
      )
    )
    #expect(positions.map(\.quantity.description) == ["-5", "-5.5", "7"])
    #expect(positions.map(\.assetClass) == ["equity", "option", "equity"])
    #expect(positions.last?.unrealizedProfitLossRatio?.description == "0.20")
  }

  @Test func readsDocumentedPositionsAndOrders() throws {
    guard let positions = try fixture("alpaca_positions.json"),
      let orders = try fixture("alpaca_orders.json"),
      let created = try fixture("alpaca_order_created.json"),
      let empty = try fixture("alpaca_positions_empty.json")
    else { return }
    let position = try #require(try AlpacaReader.positions(positions).first)
    #expect(position.symbol == "AAPL")
    #expect(position.costBasis?.description == "500.0")
    #expect(position.changeToday?.description == "0.0084")
    #expect(try AlpacaReader.positions(empty) == [])
    let order = try #require(try AlpacaReader.orders(orders).first)
    #expect(order.type == "stop")
    #expect(order.quantity?.description == "1")
    #expect(order.filledAveragePrice == nil)
    #expect(order.filledAt?.description == "2019-08-24 14:15:22+00")
    #expect(try AlpacaReader.orders(created).map(\.status) == ["accepted"])
  }

  @Test func putsLegsAfterTheirOrder() throws {
    let orders = try AlpacaReader.orders(
      JSONValue(
        parsing: """
          [{"id": "p", "status": "partially_filled", "symbol": "MSFT", "qty": "40",
            "filled_qty": "15", "filled_avg_price": "458.1", "type": "limit", "side": "sell",
            "legs": [{"id": "l", "status": "held", "symbol": "", "type": "stop", "side": "sell"}]}]
          """
      )
    )
    #expect(orders.map(\.externalID) == ["p", "l"])
    #expect(orders.map(\.parentID) == [nil, "p"])
    #expect(orders.map(\.symbol) == ["MSFT", "MSFT"])
    #expect(orders[0].remainingQuantity?.description == "25")
  }

  @Test(
    arguments: [
      ("alpaca_error_401.json", "40110000", "request is not authorized"),
      ("alpaca_error_404_position.json", "40410000", "position does not exist"),
      ("alpaca_error_429_data.json", nil, "too many requests."),
    ] as [(String, String?, String)]
  )
  func saysWhatAlpacaRefused(file: String, code: String?, message: String) throws {
    guard let answer = try fixture(file) else { return }
    let error = BrokerError(provider: "alpaca", reason: .refused(code: code, message: message))
    #expect(throws: error) { try AlpacaReader.account(answer) }
    #expect(throws: error) { try AlpacaReader.positions(answer) }
    #expect(throws: error) { try AlpacaReader.orders(answer) }
  }

  @Test(arguments: ["1", "{}", "[1]", #"[{"symbol": "A"}]"#])
  func refusesAnswersOfAnotherForm(text: String) {
    #expect(throws: BrokerError.self) { try AlpacaReader.positions(JSONValue(parsing: text)) }
  }
}

/// A documented answer of a broker's; nil, with a line, where the fixtures are absent.
func fixture(_ name: String) throws -> JSONValue? {
  guard let bytes = SharedFolder.bytes("fixtures/brokers/\(name)") else { return nil }
  return try JSONValue(parsing: bytes.span)
}
