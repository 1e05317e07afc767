import JSON
import Resolvers
import Testing
import TestSupport

struct TradierReaderTests {
  @Test(
    arguments: [
      ("tradier_balances_margin.json", "12727.72", false),
      ("tradier_balances_pdt.json", "12727.72", true),
      ("tradier_balances_cash.json", "4343.38", nil),
    ] as [(String, String, Bool?)]
  )
  func readsBalancesOfEachKindOfAccount(file: String, buyingPower: String, isPDT: Bool?) throws {
    guard let answer = try fixture(file) else { return }
    let account = try TradierReader.account(answer)
    #expect(account.externalID == "VA00000000")
    #expect(account.equity?.description == "17798.36")
    #expect(account.cash?.description == "6363.86")
    #expect(account.closeProfitLoss?.description == "-4813.0")
    #expect(account.buyingPower?.description == buyingPower)
    #expect(account.isPatternDayTrader == isPDT)
  }

  @Test(
    arguments: [
      ("tradier_profile_multiple.json", "VA000002", "2016-08-05 17:24:34+00"),
      ("tradier_profile_single.json", "VA000001", "2016-08-01 21:08:55+00"),
      ("tradier_profile_single.json", "VA999999", nil),
    ] as [(String, String, String?)]
  )
  func addsWhatTheProfileSays(file: String, number: String, openedAt: String?) throws {
    guard let profile = try fixture(file) else { return }
    var account = try TradierReader.account(
      JSONValue(parsing: #"{"balances": {"account_number": "\#(number)"}}"#)
    )
    try TradierReader.add(profile, to: &account)
    #expect(account.openedAt?.description == openedAt)
    #expect(account.status == (openedAt == nil ? nil : "active"))
  }

  @Test(
    arguments: [
      ("tradier_positions_multiple.json", ["AAPL", "AMZN", "CAH", "FB"]),
      ("tradier_positions_single.json", ["AAPL"]), ("tradier_positions_empty.json", []),
    ]
  )
  func readsPositionsOfEveryForm(file: String, symbols: [String]) throws {
    guard let answer = try fixture(file) else { return }
    #expect(try TradierReader.positions(answer).map(\.symbol) == symbols)
  }

  @Test(
    arguments: [
      ("tradier_orders_multiple.json", ["123456", "123457"]),
      ("tradier_orders_single.json", ["123456"]), ("tradier_order_detail.json", ["123456"]),
      ("tradier_orders_empty.json", []),
    ]
  )
  func readsOrdersOfEveryForm(file: String, identifiers: [String]) throws {
    guard let answer = try fixture(file) else { return }
    let orders = try TradierReader.orders(answer)
    #expect(orders.map(\.externalID) == identifiers)
    for order in orders {
      #expect(order.symbol == "SPY180720C00274000")
      #expect(order.assetClass == "option")
      #expect(order.filledAveragePrice == nil)
      #expect(order.expiredAt?.description == "2018-06-06 20:16:17.357+00")
    }
  }

  @Test(arguments: ["{}", #"{"orders": null}"#, #"{"orders": {"order": "null"}}"#])
  func takesNothingForNoOrders(text: String) throws {
    #expect(try TradierReader.orders(JSONValue(parsing: text)) == [])
  }

  @Test func putsLegsAfterTheirOrder() throws {
    let orders = try TradierReader.orders(
      JSONValue(
        parsing: """
          {"orders": {"order": {"id": 1, "status": "open", "symbol": "SPY", "class": "multileg",
            "type": "credit", "duration": "day", "price": 1.10000000,
            "leg": [{"id": 2, "option_symbol": "SPY180720C00274000", "side": "sell_to_open",
                "quantity": 1.0, "status": "open"},
              {"id": 3, "option_symbol": "SPY180720C00280000", "side": "buy_to_open"}]}}}
          """
      )
    )
    #expect(orders.map(\.parentID) == [nil, "1", "1"])
    #expect(
      orders.map(\.symbol) == ["SPY", "SPY180720C00274000", "SPY180720C00280000"]
    )
    #expect(orders.map(\.status) == ["open", "open", "open"])
    #expect(orders[0].limitPrice?.description == "1.10000000")
  }

  @Test(
    arguments: [
      (
        "tradier_error_200_errors.json", nil,
        "Backoffice rejected override of the order. DayTradingBuyingPowerExceeded"
      ),
      (
        "tradier_error_401_invalid_token.json", "keymanagement.service.invalid_access_token",
        "Invalid Access Token"
      ),
      (
        "tradier_error_datastore_fault.json", "steps.servicecallout.ExecutionFailed",
        "Datastore Error"
      ),
    ] as [(String, String?, String)]
  )
  func saysWhatTradierRefused(file: String, code: String?, message: String) throws {
    guard let answer = try fixture(file) else { return }
    let error = BrokerError(provider: "tradier", reason: .refused(code: code, message: message))
    #expect(throws: error) { try TradierReader.positions(answer) }
  }

  @Test func readsASingleErrorText() {
    #expect(
      throws: BrokerError(provider: "tradier", reason: .refused(code: nil, message: "no"))
    ) { try TradierReader.orders(JSONValue(parsing: #"{"errors": {"error": "no"}}"#)) }
  }
}
