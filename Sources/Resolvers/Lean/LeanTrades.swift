import JSON

/// The closed trades of a result, numbered in their order.
struct LeanTrades {
  let trades: [BacktestTrade]

  init(_ json: JSONValue?) {
    trades = (json?.array ?? []).enumerated().compactMap { index, value in
      Self.trade(LeanObject(value), number: index + 1)
    }
  }

  private static func trade(_ trade: LeanObject, number: Int) -> BacktestTrade? {
    guard let quantity = trade.number("quantity")?.magnitude.fitting(20, 6), !quantity.isZero,
      let entryTime = trade.time("entryTime"), let exitTime = trade.time("exitTime"),
      exitTime >= entryTime, let entryPrice = trade.number("entryPrice")?.fitting(20, 9),
      let exitPrice = trade.number("exitPrice")?.fitting(20, 9),
      let profitLoss = trade.number("profitLoss")?.fitting(20, 6)
    else { return nil }
    let isGain = !profitLoss.isNegative && !profitLoss.isZero
    return BacktestTrade(
      number: number,
      // One symbol before 2024; combinations have several, the first names the trade.
      symbol: LeanSymbol.name(trade["symbols"]?.array?.first ?? trade["symbol"]),
      isShort: trade.name("direction", of: ["long", "short"]) == "short",
      quantity: quantity,
      entryTime: entryTime,
      entryPrice: entryPrice,
      exitTime: exitTime,
      exitPrice: exitPrice,
      profitLoss: profitLoss,
      fees: trade.number("totalFees")?.fitting(20, 6) ?? .zero,
      mae: trade.number("mae")?.fitting(20, 6),
      mfe: trade.number("mfe")?.fitting(20, 6),
      isWin: trade["isWin"]?.bool ?? isGain
    )
  }
}

extension ExactDecimal {
  fileprivate func fitting(_ precision: Int, _ scale: Int) -> ExactDecimal? {
    fits(precision: precision, scale: scale) ? self : nil
  }
}
