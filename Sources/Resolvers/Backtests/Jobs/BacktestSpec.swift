package import JSON

/// What a `backtest` asks for, checked: the job's `spec` holds it, and the worker reads it from there.
package struct BacktestSpec: Sendable {
  /// How many runs one sweep may have.
  static let maximumRuns = 20_000

  /// Which of a sweep's runs keep their equity curve.
  enum EquityChoice: String, Sendable {
    case all, best, none
  }

  package var strategy: String
  package var symbols: [String]
  /// Days, inclusive.
  package var from: CivilDate?
  package var to: CivilDate?
  package var settings: BacktestSettings
  /// The numbers as they were given, for what is stored.
  var cash: String
  var commission: String
  var slippage: String
  /// Of each run of the sweep.
  package var runs: [ParameterValues]
  /// Whether each symbol is a backtest of its own.
  var isEachSymbol = false
  var equityChoice: EquityChoice?

  /// Whether there is more than one run.
  var isSweep: Bool { runs.count > 1 || (isEachSymbol && symbols.count > 1) }
}

extension BacktestSpec {
  private static let ownParameters = ["sizing", "each_symbol", "equity_points"]

  /// Reads the arguments of the mutation, or what the job kept of them.
  package init(_ arguments: JSONObject) throws(StrategyDefect) {
    strategy = arguments["strategy"]?.string ?? ""
    guard let type = Strategies.named(strategy) else {
      let names = Strategies.all.map { $0.name }.joined(separator: ", ")
      throw StrategyDefect("there is no strategy '\(strategy)'; there are \(names)")
    }
    symbols = (arguments["symbols"]?.array ?? []).compactMap(\.string)
    guard !symbols.isEmpty else { throw StrategyDefect("no symbols are given") }
    guard Set(symbols).count == symbols.count else {
      throw StrategyDefect("a symbol is given twice")
    }
    from = try Self.date(arguments["from"], "from")
    to = try Self.date(arguments["to"], "to")
    if let from, let to, to < from {
      throw StrategyDefect("the window ends before it starts: \(to) is before \(from)")
    }
    func number(
      _ name: String,
      _ fallback: String,
      _ range: ClosedRange<Double>
    ) throws(StrategyDefect) -> (String, Double) {
      let text = arguments[name]?.string ?? arguments[name]?.number?.text ?? fallback
      guard let value = Double(text), range.contains(value) else {
        throw StrategyDefect(
          "\(name) has to be from \(range.lowerBound) to \(range.upperBound), and is \(text)"
        )
      }
      return (text, value)
    }
    let cash = try number("cash", "100000", 0.01...1e12)
    let commission = try number("commission", "0", 0...0.5)
    let slippage = try number("slippage", "0", 0...0.5)
    (self.cash, self.commission, self.slippage) = (cash.0, commission.0, slippage.0)
    settings = BacktestSettings(cash: cash.1, commission: commission.1, slippage: slippage.1)
    runs = []
    let parameters = arguments["parameters"] ?? [:]
    guard let given = parameters.object else {
      throw StrategyDefect("parameters has to be an object")
    }
    try apply(own: given)
    let count = isEachSymbol ? 1 : symbols.count
    guard type.symbolCount.contains(count) else {
      throw StrategyDefect(
        "\(strategy) wants \(Self.count(type.symbolCount)) symbols, and \(count) are given"
      )
    }
    runs = try Self.runs(of: type, given)
    guard runs.count * (isEachSymbol ? symbols.count : 1) <= Self.maximumRuns else {
      throw StrategyDefect(
        "\(runs.count) runs are more than the \(Self.maximumRuns) that a sweep may have"
      )
    }
  }

  private static func count(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "at least \(range.lowerBound)"
  }

  private static func date(_ value: JSONValue?, _ name: String) throws(StrategyDefect) -> CivilDate?
  {
    guard let value, !value.isNull else { return nil }
    guard let text = value.string, let date = CivilDate(text) else {
      throw StrategyDefect("\(name) is no date: \(value.text)")
    }
    return date
  }

  /// Parameters that are not the strategy's.
  private mutating func apply(own given: JSONObject) throws(StrategyDefect) {
    if let sizing = given["sizing"], sizing != "all" {
      func amount(_ name: String) -> Double? {
        sizing[name].flatMap { Double($0.number?.text ?? $0.string ?? "") }
      }
      if let fraction = amount("fraction"), fraction > 0, fraction <= 1 {
        settings.sizing = .fraction(fraction)
      } else if let units = amount("units"), units >= 1 {
        settings.sizing = .units(units.rounded(.down))
      } else if let cash = amount("cash"), cash > 0 {
        settings.sizing = .cash(cash)
      } else {
        throw StrategyDefect(
          "sizing is \"all\", {\"fraction\": 0…1}, {\"units\": n} or {\"cash\": amount}, and not "
            + sizing.text
        )
      }
    }
    if let each = given["each_symbol"] {
      guard let each = each.bool else { throw StrategyDefect("each_symbol is true or false") }
      isEachSymbol = each
    }
    if let choice = given["equity_points"] {
      guard let known = choice.string.flatMap(EquityChoice.init) else {
        throw StrategyDefect("equity_points is \"all\", \"best\" or \"none\"")
      }
      equityChoice = known
    }
  }

  /// One run for each combination of the values that are given as lists.
  private static func runs(
    of type: any Strategy.Type,
    _ given: JSONObject
  ) throws(StrategyDefect) -> [ParameterValues] {
    let known = type.parameters.map(\.name)
    for name in given.keys where !known.contains(name) && !ownParameters.contains(name) {
      throw StrategyDefect(
        "\(type.name) has no parameter '\(name)'; it has "
          + (known + ownParameters).joined(separator: ", ")
      )
    }
    var runs = [ParameterValues([:])]
    for parameter in type.parameters {
      let values = try values(of: parameter, given[parameter.name])
      guard runs.count * values.count <= maximumRuns else {
        throw StrategyDefect("the sweep has more than \(maximumRuns) runs")
      }
      runs = runs.flatMap { run in
        values.map { value in
          var run = run
          run.numbers[parameter.name] = value
          return run
        }
      }
    }
    // In a sweep, combinations that make no sense are passed over; alone, one is an error.
    var defect: StrategyDefect?
    var sound: [ParameterValues] = []
    for run in runs {
      do throws(StrategyDefect) {
        _ = try type.init(run)
        sound.append(run)
      } catch {
        defect = error
      }
    }
    guard !sound.isEmpty else { throw defect ?? StrategyDefect("the sweep is empty") }
    return sound
  }

  private static func values(
    of parameter: StrategyParameter,
    _ given: JSONValue?
  ) throws(StrategyDefect) -> [Double] {
    guard let given, !given.isNull else { return [parameter.defaultValue] }
    let elements = given.array ?? [given]
    guard !elements.isEmpty else { throw StrategyDefect("\(parameter.name) has no values") }
    var values: [Double] = []
    for element in elements {
      let value: Double?
      if let flag = element.bool, parameter.isFlag {
        value = flag ? 1 : 0
      } else if parameter.isFlag {
        value = nil
      } else {
        value = Double(element.number?.text ?? element.string ?? "")
      }
      guard let value, parameter.range.contains(value),
        !parameter.isWhole || value == value.rounded()
      else {
        throw StrategyDefect("\(parameter.name) cannot be \(element.text): \(parameter.allowed)")
      }
      values.append(value)
    }
    return values
  }
}

extension StrategyParameter {
  /// What its values may be.
  fileprivate var allowed: String {
    if isFlag { return "it is true or false" }
    func text(_ bound: Double) -> String {
      bound == bound.rounded() ? String(Int(bound)) : String(bound)
    }
    let kind = isWhole ? "a whole number" : "a number"
    return "it is \(kind) from \(text(range.lowerBound)) to \(text(range.upperBound))"
  }
}

extension ParameterValues {
  /// As JSON, flags as truth values.
  func json(of type: any Strategy.Type) -> JSONObject {
    var object = JSONObject()
    for parameter in type.parameters {
      let value = number(parameter.name)
      if parameter.isFlag {
        object.append(parameter.name, .bool(value != 0))
      } else if value == value.rounded() {
        object.append(parameter.name, .number(JSONNumber(Int(value))))
      } else {
        object.append(parameter.name, JSONNumber("\(value)").map { .number($0) } ?? .null)
      }
    }
    return object
  }
}
