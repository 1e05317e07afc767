package import JSON

/// Answers of Tradier's brokerage API, version 1.
package struct TradierReader: Sendable {
  /// The answer of `/v1/accounts/{id}/balances`: it has exactly one of `margin`, `pdt` and `cash`.
  package static func account(_ balances: JSONValue) throws(BrokerError) -> BrokerAccount {
    let object = try TradierAnswer(balances).object("balances")
    guard let number = object.text("account_number") else {
      throw TradierAnswer.unexpected("balances without account_number")
    }
    var account = BrokerAccount(
      provider: TradierAnswer.provider,
      externalID: number,
      raw: object.raw
    )
    account.accountNumber = number
    account.accountType = object.text("account_type")
    account.cash = object.amount("total_cash")
    // Tradier's `equity` leaves the cash out.
    account.equity = object.amount("total_equity")
    account.portfolioValue = account.equity
    account.longMarketValue = object.amount("long_market_value")
    account.shortMarketValue = object.amount("short_market_value")
    account.maintenanceMargin = object.amount("current_requirement")
    account.openProfitLoss = object.amount("open_pl")
    account.closeProfitLoss = object.amount("close_pl")
    let margin = (object["margin"] ?? object["pdt"])?.object.map { BrokerObject($0) }
    let cash = object["cash"]?.object.map { BrokerObject($0) }
    account.buyingPower = margin?.amount("stock_buying_power") ?? cash?.amount("cash_available")
    if margin != nil { account.isPatternDayTrader = object["pdt"] != nil }
    return account
  }

  /// Adds what the account's entry in `/v1/user/profile` says; sandboxes may refuse that call.
  package static func add(_ profile: JSONValue, to account: inout BrokerAccount)
    throws(BrokerError)
  {
    let profile = try TradierAnswer(profile)
    let entry = try profile.objects("profile", "account").first {
      $0.text("account_number") == account.externalID
    }
    guard let entry else { return }
    account.status = entry.text("status")
    account.openedAt = entry.time("date_created")
    account.accountType = account.accountType ?? entry.text("type")
    account.isPatternDayTrader = account.isPatternDayTrader ?? entry.flag("day_trader")
  }

  /// The answer of `/v1/accounts/{id}/positions`; the quantity of a short one is negative.
  package static func positions(_ answer: JSONValue) throws(BrokerError) -> [BrokerPosition] {
    var positions: [BrokerPosition] = []
    for object in try TradierAnswer(answer).objects("positions", "position") {
      guard let symbol = object.text("symbol"), let quantity = object.quantity("quantity") else {
        throw TradierAnswer.unexpected("a position without symbol or quantity")
      }
      guard !quantity.isZero else { continue }
      var position = BrokerPosition(symbol: symbol, quantity: quantity, raw: object.raw)
      position.externalID = object.text("id")
      position.assetClass = isOption(symbol) ? "option" : "equity"
      position.costBasis = object.amount("cost_basis")
      position.acquiredAt = object.time("date_acquired")
      positions.append(position)
    }
    return positions
  }

  /// The answer of `/v1/accounts/{id}/orders`, or of one order; legs follow their order.
  package static func orders(_ answer: JSONValue) throws(BrokerError) -> [BrokerOrder] {
    let answer = try TradierAnswer(answer)
    var objects = try answer.objects("orders", "order")
    if objects.isEmpty, let one = try? answer.object("order") { objects = [one] }
    var orders: [BrokerOrder] = []
    for object in objects {
      let order = try order(object, of: nil)
      orders.append(order)
      for leg in try TradierAnswer.objects(object["leg"]) {
        orders.append(try Self.order(leg, of: order))
      }
    }
    return orders
  }

  private static func order(_ object: BrokerObject, of parent: BrokerOrder?) throws(BrokerError)
    -> BrokerOrder
  {
    guard let identifier = object.text("id"),
      let status = object.text("status") ?? parent?.status
    else { throw TradierAnswer.unexpected("an order without id or status") }
    let option = object.text("option_symbol")
    var order = BrokerOrder(
      externalID: identifier,
      symbol: option ?? object.text("symbol") ?? parent?.symbol ?? "",
      side: object.text("side") ?? parent?.side ?? "",
      type: object.text("type") ?? parent?.type ?? "",
      status: status,
      raw: object.raw
    )
    order.parentID = parent?.externalID
    order.clientOrderID = object.text("tag")
    order.assetClass = option == nil ? "equity" : "option"
    order.orderClass = object.text("class")
    order.timeInForce = object.text("duration") ?? parent?.timeInForce
    order.quantity = object.quantity("quantity")
    order.filledQuantity = object.quantity("exec_quantity") ?? .zero
    order.remainingQuantity = object.quantity("remaining_quantity")
    order.filledAveragePrice =
      order.filledQuantity.isZero ? nil : object.quantity("avg_fill_price")
    order.limitPrice = object.quantity("price")
    order.stopPrice = object.quantity("stop_price")
    order.createdAt = object.time("create_date") ?? parent?.createdAt
    order.submittedAt = order.createdAt
    order.updatedAt = object.time("transaction_date") ?? parent?.updatedAt
    // The last change is what made the status what it is.
    switch status {
    case "filled": order.filledAt = order.updatedAt
    case "canceled": order.canceledAt = order.updatedAt
    case "expired": order.expiredAt = order.updatedAt
    case "rejected", "error": order.failedAt = order.updatedAt
    default: break
    }
    return order
  }

  /// Whether a symbol ends as the OCC writes options: date, right, strike in eight digits.
  private static func isOption(_ symbol: String) -> Bool {
    let tail = Array(symbol.utf8.suffix(15))
    guard tail.count == 15, symbol.utf8.count > 15 else { return false }
    let isRight = tail[6] == UInt8(ascii: "C") || tail[6] == UInt8(ascii: "P")
    let digits = tail[..<6] + tail[7...]
    return isRight && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }
}
