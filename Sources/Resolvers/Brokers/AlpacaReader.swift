package import JSON

/// Answers of Alpaca's trading API, version 2.
///
/// Numbers are strings, most of them; the quantity of a short position comes with or without its
/// sign.
package struct AlpacaReader: Sendable {
  private static let provider = "alpaca"

  /// The answer of `/v2/account`.
  package static func account(_ answer: JSONValue) throws(BrokerError) -> BrokerAccount {
    let object = try object(answer)
    guard let identifier = object.text("id") else { throw unexpected("an account without id") }
    var account = BrokerAccount(provider: provider, externalID: identifier, raw: object.raw)
    account.accountNumber = object.text("account_number")
    account.status = object.text("status")
    account.currency = object.text("currency") ?? "USD"
    account.cash = object.amount("cash")
    account.equity = object.amount("equity")
    account.lastEquity = object.amount("last_equity")
    account.portfolioValue = object.amount("portfolio_value") ?? account.equity
    account.buyingPower = object.amount("buying_power")
    account.longMarketValue = object.amount("long_market_value")
    account.shortMarketValue = object.amount("short_market_value")
    account.initialMargin = object.amount("initial_margin")
    account.maintenanceMargin = object.amount("maintenance_margin")
    account.multiplier = object.number("multiplier", precision: 6, scale: 2)
    account.dayTradeCount = object.count("daytrade_count")
    account.isPatternDayTrader = object.flag("pattern_day_trader")
    account.isTradingBlocked = object.flag("trading_blocked")
    account.openedAt = object.time("created_at")
    return account
  }

  /// The answer of `/v2/positions`; a position of nothing is left out.
  package static func positions(_ answer: JSONValue) throws(BrokerError) -> [BrokerPosition] {
    var positions: [BrokerPosition] = []
    for object in try list(answer) {
      guard let symbol = object.text("symbol"), let size = object.quantity("qty")?.magnitude else {
        throw unexpected("a position without symbol or quantity")
      }
      guard !size.isZero else { continue }
      let isShort = object.text("side") == "short" || object.quantity("qty")?.isNegative == true
      var position = BrokerPosition(
        symbol: symbol,
        quantity: isShort ? -size : size,
        raw: object.raw
      )
      position.externalID = object.text("asset_id")
      position.assetClass = assetClass(object)
      position.averageEntryPrice = object.quantity("avg_entry_price")
      position.costBasis = object.amount("cost_basis")
      position.marketValue = object.amount("market_value")
      position.currentPrice = object.quantity("current_price")
      position.lastDayPrice = object.quantity("lastday_price")
      position.unrealizedProfitLoss = object.amount("unrealized_pl")
      position.unrealizedProfitLossRatio = object.number("unrealized_plpc", precision: 16, scale: 8)
      position.changeToday = object.number("change_today", precision: 16, scale: 8)
      positions.append(position)
    }
    return positions
  }

  /// The answer of `/v2/orders`, or one order; legs follow their order.
  package static func orders(_ answer: JSONValue) throws(BrokerError) -> [BrokerOrder] {
    var orders: [BrokerOrder] = []
    for object in answer.array == nil ? [try object(answer)] : try list(answer) {
      let order = try order(object, parent: nil)
      orders.append(order)
      // One level: a leg has no legs of its own.
      for leg in object["legs"]?.array ?? [] {
        var leg = try Self.order(try Self.object(leg), parent: order.externalID)
        if leg.symbol.isEmpty { leg.symbol = order.symbol }
        orders.append(leg)
      }
    }
    return orders
  }

  private static func order(_ object: BrokerObject, parent: String?) throws(BrokerError)
    -> BrokerOrder
  {
    guard let identifier = object.text("id"), let status = object.text("status") else {
      throw unexpected("an order without id or status")
    }
    var order = BrokerOrder(
      externalID: identifier,
      // An order of several legs has no symbol of its own.
      symbol: object.text("symbol") ?? "",
      side: object.text("side") ?? "",
      // `order_type` is the old name.
      type: object.text("type") ?? object.text("order_type") ?? "",
      status: status,
      raw: object.raw
    )
    order.parentID = parent
    order.clientOrderID = object.text("client_order_id")
    order.assetClass = assetClass(object)
    order.orderClass = object.text("order_class")
    order.timeInForce = object.text("time_in_force")
    order.quantity = object.quantity("qty")
    order.notional = object.amount("notional")
    order.filledQuantity = object.quantity("filled_qty") ?? .zero
    order.remainingQuantity = order.quantity.map { $0 - order.filledQuantity }
    // What has not filled has no price, whatever the number says.
    order.filledAveragePrice =
      order.filledQuantity.isZero ? nil : object.quantity("filled_avg_price")
    order.limitPrice = object.quantity("limit_price")
    order.stopPrice = object.quantity("stop_price")
    order.trailPrice = object.quantity("trail_price")
    order.trailPercent = object.number("trail_percent", precision: 9, scale: 4)
    order.isExtendedHours = object.flag("extended_hours")
    order.submittedAt = object.time("submitted_at")
    order.filledAt = object.time("filled_at")
    order.canceledAt = object.time("canceled_at")
    order.expiredAt = object.time("expired_at")
    order.failedAt = object.time("failed_at")
    order.createdAt = object.time("created_at")
    order.updatedAt = object.time("updated_at")
    return order
  }

  // MARK: - Parts

  private static func assetClass(_ object: BrokerObject) -> String {
    switch object.text("asset_class") {
    case "us_option": "option"
    case "crypto", "crypto_perp": "crypto"
    default: "equity"
    }
  }

  private static func object(_ answer: JSONValue) throws(BrokerError) -> BrokerObject {
    guard let json = answer.object else { throw unexpected("something that is no object") }
    let object = BrokerObject(json)
    if let message = object.text("message"), object["id"] == nil {
      throw BrokerError(
        provider: provider,
        reason: .refused(code: object.text("code"), message: message)
      )
    }
    return object
  }

  private static func list(_ answer: JSONValue) throws(BrokerError) -> [BrokerObject] {
    guard let array = answer.array else {
      _ = try object(answer)
      throw unexpected("an object in place of a list")
    }
    var objects: [BrokerObject] = []
    for element in array { objects.append(try object(element)) }
    return objects
  }

  private static func unexpected(_ what: String) -> BrokerError {
    BrokerError(provider: provider, reason: .unexpected(what))
  }
}
