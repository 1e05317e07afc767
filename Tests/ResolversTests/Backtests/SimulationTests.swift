import Testing

@testable import Resolvers

struct SimulationTests {
  /// Bars of one symbol, a day each, whose highs and lows are those of open and close.
  private func panel(_ bars: [(open: Double, close: Double)], _ symbol: String = "A") -> Panel {
    var series = PriceSeries(symbol: symbol)
    for (index, bar) in bars.enumerated() {
      series.days.append(16_000 + index)
      series.times.append("day \(index)")
      series.open.append(bar.open)
      series.close.append(bar.close)
      series.high.append(max(bar.open, bar.close))
      series.low.append(min(bar.open, bar.close))
      series.openTexts.append("\(bar.open)")
      series.closeTexts.append("\(bar.close)")
    }
    return Panel([series])
  }

  private func run(
    _ panel: Panel,
    _ targets: [Int8],
    _ settings: BacktestSettings = BacktestSettings(cash: 1000)
  ) -> BacktestOutcome {
    Simulation.run(panel, targets: [targets], settings: settings, shares: 1)
  }

  @Test func fillsAtTheNextOpenAndEndsAtTheLastClose() {
    let outcome = run(panel([(10, 11), (12, 13), (14, 15)]), [1, 2, 2])
    #expect(outcome.fills.map(\.price) == [12, 15])
    #expect(outcome.fills.map(\.quantity) == [83, -83])
    #expect(outcome.trades.map(\.profit) == [249])
    let equity: [Double] = [1000, 1083, 1249]
    #expect(outcome.equity == equity)
    #expect(outcome.trades.map(\.favourable) == [249])
  }

  @Test func takesNoOrderOfTheLastBar() {
    #expect(run(panel([(10, 11), (12, 13)]), [2, 1]).fills == [])
  }

  @Test func turnsAPositionRoundAtOneOpen() {
    let outcome = run(panel([(10, 10), (10, 10), (20, 20), (10, 10)]), [1, -1, 2, 2])
    // A hundred at 10 become 2000, which are a hundred short at 20.
    #expect(outcome.fills.map(\.quantity) == [99, -99, -99, 99])
    #expect(outcome.trades.map(\.isShort) == [false, true])
    #expect(outcome.equity.last == 2980)
  }

  @Test func beginsAPositionAnewAtOneOpen() {
    let bars: [(open: Double, close: Double)] = [(10, 10), (10, 10), (20, 20), (40, 40)]
    let anew = run(panel(bars), [3, 3, 2, 2])
    #expect(anew.fills.map(\.quantity) == [99, -99, 99, -99])
    #expect(anew.trades.map(\.profit) == [990, 1980])
    // What is there already stays.
    #expect(run(panel(bars), [3, 1, 2, 2]).fills.map(\.quantity) == [99, -99])
    let falling = run(panel(bars.reversed()), [-3, -3, 2, 2])
    #expect(falling.trades.map(\.isShort) == [true, true])
  }

  /// Equal averages between two crossings the same way.
  @Test func averagesThatTouchMakeTwoTrades() throws {
    let line = [1.0, 3, 2, 1, 3], base = [2.0, 2, 2, 2, 2]
    #expect(Crossing.targets(line, base, goesShort: false) == [2, 1, 2, 2, 1])
    #expect(Crossing.targets(line, base, goesShort: true, isAnew: true) == [2, 3, 2, 2, 3])
    let back = line.map { 4 - $0 }
    #expect(Crossing.targets(back, base, goesShort: true, isAnew: true) == [2, -3, 2, 2, -3])
    #expect(Crossing.targets(back, base, goesShort: false, isAnew: true) == [2, 0, 2, 2, 0])
  }

  @Test func endsWhenAShortPositionHasLostEverything() {
    let outcome = run(panel([(10, 10), (10, 10), (10, 50), (50, 60), (60, 5)]), [-1, 2, 2, 1, 2])
    #expect(outcome.trades.count == 1)
    #expect(outcome.trades.map(\.exit.price) == [50])
    let rest = outcome.equity[2...]
    #expect(rest.allSatisfy { $0 == rest[2] })
  }

  @Test(
    arguments: [
      (BacktestSettings.Sizing.fraction(0.5), 50.0), (.units(7), 7), (.units(1e9), 99),
      (.cash(123), 12),
    ] as [(BacktestSettings.Sizing, Double)]
  )
  func sizes(sizing: BacktestSettings.Sizing, units: Double) {
    let settings = BacktestSettings(cash: 1001, sizing: sizing)
    let outcome = run(panel([(10, 10), (10, 10), (10, 10)]), [1, 2, 2], settings)
    #expect(abs((outcome.fills.first?.quantity ?? 0) - units) <= 1)
  }

  @Test func buysNothingThatItCannotPay() {
    let outcome = run(
      panel([(10, 10), (2000, 2000), (10, 10)]),
      [1, 2, 2]
    )
    #expect(outcome.fills == [])
    #expect(outcome.equity == [1000, 1000, 1000])
  }

  @Test func sharesTheEquityAmongSymbolsThatMissDays() {
    let first = panel([(10, 10), (10, 10), (10, 10), (10, 10)]).assets[0]
    var second = panel([(20, 20), (20, 20), (20, 30)], "B").assets[0]
    second.days = [16_000, 16_001, 16_003]
    let panel = Panel([first, second])
    let outcome = Simulation.run(
      panel,
      targets: [[1, 2, 2, 2], [2, 1, 2]],
      settings: BacktestSettings(cash: 1000),
      shares: 2
    )
    #expect(panel.days == [16_000, 16_001, 16_002, 16_003])
    #expect(outcome.fills.prefix(2).map(\.quantity) == [49, 24])
    #expect(outcome.fills.map(\.place) == [1, 3, 3, 3])
    #expect(outcome.equity.last == 1240)
  }
}

struct IndicatorsTests {
  @Test func averages() {
    let values = [1.0, 2, 3, 4, 5]
    let averages = Array(Indicators.simpleAverage(values, 2).dropFirst())
    #expect(averages == [1.5, 2.5, 3.5, 4.5])
    #expect(Indicators.simpleAverage(values, 6).allSatisfy { $0.isNaN })
    #expect(Indicators.exponentialAverage(values, 1) == values)
    #expect(Indicators.exponentialAverage([1, 4], 2) == [1, 3])
  }

  @Test func strengths() {
    let up = Indicators.relativeStrength([1, 2, 3, 4], 2)
    #expect(up[2...] == [100, 100])
    let mixed = Indicators.relativeStrength([1, 2, 1, 2], 2)
    #expect(mixed[2...] == [50, 75])
    #expect(Indicators.relativeStrength([1, 1, 1], 2)[2] == 50)
  }

  @Test func channelsOfTheValuesBefore() {
    let values = [3.0, 1, 4, 1, 5, 9, 2, 6]
    for period in 1...4 {
      let (top, bottom) = (
        Indicators.channel(values, period, isHighest: true),
        Indicators.channel(values, period, isHighest: false)
      )
      for index in values.indices where index >= period {
        #expect(top[index] == values[(index - period)..<index].max())
        #expect(bottom[index] == values[(index - period)..<index].min())
      }
      #expect(top[..<period].allSatisfy { $0.isNaN })
    }
  }
}
