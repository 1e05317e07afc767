/// Bars of one symbol as the engine computes with them, in their order.
///
/// Indicators and ratios are binary floating point by nature. What a fill's price is stays the text
/// that the database has.
package struct PriceSeries: Sendable {
  package var symbol: String
  /// Days since 1970, by the clocks of the exchange.
  package var days: [Int] = []
  /// As PostgreSQL reads them.
  package var times: [String] = []
  package var open: [Double] = []
  package var high: [Double] = []
  package var low: [Double] = []
  package var close: [Double] = []
  package var openTexts: [String] = []
  package var closeTexts: [String] = []

  package init(symbol: String) {
    self.symbol = symbol
  }

  package var count: Int { days.count }
}

/// The bars of some symbols side by side, on the days that any of them has.
package struct Panel: Sendable {
  package let assets: [PriceSeries]
  package let days: [Int]
  package let times: [String]
  /// Of each asset: the place of each of its bars among the days.
  package let places: [[Int32]]

  package init(_ assets: [PriceSeries]) {
    self.assets = assets
    if assets.count == 1 {
      days = assets[0].days
      times = assets[0].times
      places = [days.indices.map { Int32($0) }]
      return
    }
    var all: [Int: String] = [:]
    for asset in assets {
      for (day, time) in zip(asset.days, asset.times) where all[day] == nil { all[day] = time }
    }
    let days = all.keys.sorted()
    self.days = days
    times = days.map { all[$0] ?? "" }
    places = assets.map { asset in
      var place = 0
      return asset.days.map { day in
        while days[place] < day { place += 1 }
        return Int32(place)
      }
    }
  }

  /// A panel of one of the assets alone.
  package func only(_ index: Int) -> Panel { Panel([assets[index]]) }
}
