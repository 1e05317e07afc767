import JSON

/// A backtest as the platform stores it, whichever engine ran it.
package struct BacktestRun: Sendable {
  /// The columns of its row that have a value, as PostgreSQL reads them.
  package private(set) var summary: [RunColumn: String] = [:]
  package var equity: [EquityPoint] = []
  package var orders: [BacktestOrder] = []
  package var trades: [BacktestTrade] = []

  package init() {}

  package subscript(_ column: RunColumn) -> String? {
    get { summary[column] }
    set { summary[column] = newValue }
  }

  /// Sets a number; what the column has no room for is left out, as the raw parts still show it.
  mutating func set(_ column: RunColumn, _ number: ExactDecimal?) {
    guard let number, column.room?.holds(number) == true else { return }
    summary[column] = number.description
  }

  mutating func set(_ column: RunColumn, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    summary[column] = text
  }

  mutating func set(_ column: RunColumn, _ object: JSONObject) {
    summary[column] = JSONValue.object(object).text
  }
}

/// The value of a portfolio at a moment of a backtest.
package struct EquityPoint: Hashable, Sendable {
  package var time: Timestamp
  package var equity: ExactDecimal
  package var benchmark: ExactDecimal?
  package var dailyReturn: ExactDecimal?
  package var turnover: ExactDecimal?
  package var exposure: ExactDecimal?
}

/// An order of a backtest.
package struct BacktestOrder: Hashable, Sendable {
  package var number: Int
  package var symbol: String
  package var type: String
  /// `buy`, `sell` or `hold`.
  package var direction: String
  package var quantity: ExactDecimal
  package var price: ExactDecimal?
  package var status: String
  package var fee: ExactDecimal?
  package var tag: String?
  package var createdAt: Timestamp?
  package var lastFillAt: Timestamp?
  /// The order as the engine wrote it, in JSON.
  package var raw: String
}

/// A trade of a backtest, from entry to exit.
package struct BacktestTrade: Hashable, Sendable {
  package var number: Int
  package var symbol: String
  package var isShort: Bool
  package var quantity: ExactDecimal
  package var entryTime: Timestamp
  package var entryPrice: ExactDecimal
  package var exitTime: Timestamp
  package var exitPrice: ExactDecimal
  package var profitLoss: ExactDecimal
  package var fees: ExactDecimal
  package var mae: ExactDecimal?
  package var mfe: ExactDecimal?
  package var isWin: Bool
}
