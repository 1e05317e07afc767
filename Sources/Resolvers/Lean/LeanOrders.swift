import JSON

/// The orders of a result, each with the fees of its events.
struct LeanOrders {
  let orders: [BacktestOrder]

  /// `json` is an object by order number, or the cloud's array.
  init(_ json: JSONValue?, events: JSONValue?) {
    let fees = Self.fees(events)
    let entries: [(key: String?, value: JSONValue)] =
      switch json {
      case .object(let object): object.members.map { ($0.key, $0.value) }
      case .array(let array): array.map { (nil, $0) }
      default: []
      }
    var byNumber: [Int: BacktestOrder] = [:]
    for entry in entries {
      if let order = Self.order(entry.value, key: entry.key, fees) {
        byNumber[order.number] = order
      }
    }
    orders = byNumber.values.sorted { $0.number < $1.number }
  }

  /// LEAN's `OrderType`, `OrderStatus` and `OrderDirection`, by their numbers.
  private static let types = [
    "market", "limit", "stop_market", "stop_limit", "market_on_open", "market_on_close",
    "option_exercise", "limit_if_touched", "combo_market", "combo_limit", "combo_leg_limit",
    "trailing_stop",
  ]
  private static let statuses = [
    "new", "submitted", "partially_filled", "filled", "filled", "canceled", "none", "invalid",
    "cancel_pending", "update_submitted",
  ]
  private static let directions = ["buy", "sell", "hold"]

  private static func order(_ json: JSONValue, key: String?, _ fees: [Int: ExactDecimal])
    -> BacktestOrder?
  {
    let order = LeanObject(json)
    guard let number = order["id"]?.int ?? key.flatMap({ Int($0) }),
      Int32(exactly: number) != nil,
      let quantity = order.number("quantity").fitting(precision: 20, scale: 6)
    else { return nil }
    let written = order.name("direction", of: directions)
    let direction = quantity.isZero ? "hold" : quantity.isNegative ? "sell" : "buy"
    return BacktestOrder(
      number: number,
      symbol: LeanSymbol.name(order["symbol"]),
      type: order.name("type", of: types) ?? "market",
      direction: written.flatMap { directions.contains($0) ? $0 : nil } ?? direction,
      quantity: quantity,
      price: order.number("price").fitting(precision: 20, scale: 9),
      status: order.name("status", of: statuses) ?? "none",
      fee: fees[number].fitting(precision: 20, scale: 6),
      tag: order.text("tag"),
      createdAt: order.time("createdTime") ?? order.time("time"),
      lastFillAt: order.time("lastFillTime"),
      raw: json.text
    )
  }

  /// What the fills of each order cost.
  private static func fees(_ events: JSONValue?) -> [Int: ExactDecimal] {
    var fees: [Int: ExactDecimal] = [:]
    for json in events?.array ?? [] {
      let event = LeanObject(json)
      guard let order = event["orderId"]?.int, let fee = event.number("orderFeeAmount") else {
        continue
      }
      fees[order] = (fees[order] ?? .zero) + fee
    }
    return fees
  }
}

/// Names of instruments: an object with `value`, or a text.
enum LeanSymbol {
  static func name(_ json: JSONValue?) -> String {
    json?.string ?? LeanObject(json).text("value") ?? ""
  }
}
