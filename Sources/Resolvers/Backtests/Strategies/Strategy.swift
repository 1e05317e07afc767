/// A rule that says after each close where its assets should stand.
package protocol Strategy: Sendable {
  static var name: String { get }
  /// The parameters with their defaults, in the order in which a sweep goes through them.
  static var parameters: [StrategyParameter] { get }
  /// How many symbols it wants.
  static var symbolCount: ClosedRange<Int> { get }

  init(_ values: ParameterValues) throws(StrategyDefect)

  /// How many positions share the equity.
  func shares(of assets: Int) -> Int

  /// Of each asset and bar: ``Target``.
  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]]
}

extension Strategy {
  package static var symbolCount: ClosedRange<Int> { 1...1000 }
  package func shares(of assets: Int) -> Int { assets }
}

/// A parameter of a strategy: a number, or for a flag 0 or 1.
package struct StrategyParameter: Sendable {
  package var name: String
  package var defaultValue: Double
  package var range: ClosedRange<Double>
  package var isWhole: Bool
  package var isFlag = false

  static func count(_ name: String, _ defaultValue: Int, atLeast: Int = 1) -> Self {
    Self(
      name: name,
      defaultValue: Double(defaultValue),
      range: Double(atLeast)...100_000,
      isWhole: true
    )
  }

  static func number(_ name: String, _ defaultValue: Double, _ range: ClosedRange<Double>) -> Self {
    Self(name: name, defaultValue: defaultValue, range: range, isWhole: false)
  }

  static func flag(_ name: String) -> Self {
    Self(name: name, defaultValue: 0, range: 0...1, isWhole: true, isFlag: true)
  }
}

/// The values that one run gives to the parameters of its strategy.
package struct ParameterValues: Hashable, Sendable {
  package var numbers: [String: Double]

  package init(_ numbers: [String: Double]) {
    self.numbers = numbers
  }

  func number(_ name: String) -> Double { numbers[name] ?? 0 }
  func count(_ name: String) -> Int { Int(number(name)) }
  func flag(_ name: String) -> Bool { number(name) != 0 }
}

/// Why a strategy cannot be made of some parameters.
package struct StrategyDefect: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

/// The strategies that there are.
package enum Strategies {
  package static let all: [any Strategy.Type] = [
    BuyAndHold.self, SMACross.self, MACD.self, RSIReversion.self, MomentumRotation.self,
    DonchianBreakout.self, Pairs.self,
  ]

  package static func named(_ name: String) -> (any Strategy.Type)? {
    all.first { $0.name == name }
  }
}

/// Indicators that the runs of a sweep have in common, made when one first asks.
///
/// For one thread.
package final class IndicatorCache {
  private struct Key: Hashable {
    var kind: String
    var asset: Int
    var period: Int
  }

  private var known: [Key: [Double]] = [:]

  package init() {}

  func values(
    _ kind: String,
    _ asset: Int,
    _ period: Int,
    make: () -> [Double]
  ) -> [Double] {
    let key = Key(kind: kind, asset: asset, period: period)
    if let values = known[key] { return values }
    let values = make()
    known[key] = values
    return values
  }
}
