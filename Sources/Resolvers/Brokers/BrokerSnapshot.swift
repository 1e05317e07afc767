/// What a broker said about one account at one moment.
package struct BrokerSnapshot: Hashable, Sendable {
  package var account: BrokerAccount
  package var positions: [BrokerPosition] = []
  package var orders: [BrokerOrder] = []

  package init(account: BrokerAccount) {
    self.account = account
  }
}

/// An account at a broker; members are nil where the broker does not say.
package struct BrokerAccount: Hashable, Sendable {
  /// `alpaca` or `tradier`.
  package var provider: String
  package var externalID: String
  package var accountNumber: String?
  package var accountType: String?
  package var status: String?
  package var currency = "USD"
  package var cash: ExactDecimal?
  package var equity: ExactDecimal?
  package var lastEquity: ExactDecimal?
  package var portfolioValue: ExactDecimal?
  package var buyingPower: ExactDecimal?
  package var longMarketValue: ExactDecimal?
  package var shortMarketValue: ExactDecimal?
  package var initialMargin: ExactDecimal?
  package var maintenanceMargin: ExactDecimal?
  package var openProfitLoss: ExactDecimal?
  package var closeProfitLoss: ExactDecimal?
  package var multiplier: ExactDecimal?
  package var dayTradeCount: Int?
  package var isPatternDayTrader: Bool?
  package var isTradingBlocked: Bool?
  package var openedAt: Timestamp?
  /// As the broker wrote it, in JSON.
  package var raw: String

  init(provider: String, externalID: String, raw: String) {
    self.provider = provider
    self.externalID = externalID
    self.raw = raw
  }
}

/// An open position; the quantity of a short one is negative.
package struct BrokerPosition: Hashable, Sendable {
  package var symbol: String
  package var externalID: String?
  package var assetClass = "equity"
  package var quantity: ExactDecimal
  package var averageEntryPrice: ExactDecimal?
  package var costBasis: ExactDecimal?
  package var marketValue: ExactDecimal?
  package var currentPrice: ExactDecimal?
  package var lastDayPrice: ExactDecimal?
  package var unrealizedProfitLoss: ExactDecimal?
  /// A fraction.
  package var unrealizedProfitLossRatio: ExactDecimal?
  /// A fraction.
  package var changeToday: ExactDecimal?
  package var acquiredAt: Timestamp?
  package var raw: String

  init(symbol: String, quantity: ExactDecimal, raw: String) {
    self.symbol = symbol
    self.quantity = quantity
    self.raw = raw
  }
}

/// An order that a broker knows.
package struct BrokerOrder: Hashable, Sendable {
  package var externalID: String
  package var clientOrderID: String?
  /// The order of which this is a leg.
  package var parentID: String?
  package var symbol: String
  package var assetClass = "equity"
  package var side: String
  package var type: String
  package var orderClass: String?
  package var timeInForce: String?
  package var quantity: ExactDecimal?
  package var notional: ExactDecimal?
  package var filledQuantity = ExactDecimal.zero
  package var remainingQuantity: ExactDecimal?
  package var filledAveragePrice: ExactDecimal?
  package var limitPrice: ExactDecimal?
  package var stopPrice: ExactDecimal?
  package var trailPrice: ExactDecimal?
  package var trailPercent: ExactDecimal?
  package var status: String
  package var isExtendedHours: Bool?
  package var submittedAt: Timestamp?
  package var filledAt: Timestamp?
  package var canceledAt: Timestamp?
  package var expiredAt: Timestamp?
  package var failedAt: Timestamp?
  package var createdAt: Timestamp?
  package var updatedAt: Timestamp?
  package var raw: String

  init(externalID: String, symbol: String, side: String, type: String, status: String, raw: String)
  {
    self.externalID = externalID
    self.symbol = symbol
    self.side = side
    self.type = type
    self.status = status
    self.raw = raw
  }
}
