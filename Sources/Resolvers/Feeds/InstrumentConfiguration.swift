import Metadata
package import OrderBook

/// What an instrument's file in `config/instruments` says: its tick and the parameters of its grid.
package struct InstrumentConfiguration: Hashable, Sendable {
  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// From 1; 0 for what is missing.
    package var line: Int
    package var message: String

    package var description: String { line > 0 ? "line \(line): \(message)" : message }
  }

  /// All that is wrong with a file.
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package var file: String
    package var problems: [Problem]

    package var description: String {
      problems.map { "\(file): \($0)" }.joined(separator: "; ")
    }
  }

  package var instrument = ""
  package var grid = GridConfiguration()

  /// Reads a file; every problem of it is named, each with its line.
  package init(_ bytes: [UInt8], file: String) throws(Failure) {
    let settings: [YAMLSettings.Setting]
    do throws(YAMLError) {
      settings = try YAMLSettings(bytes).settings
    } catch {
      throw Failure(file: file, problems: [Problem(line: error.line, message: error.message)])
    }
    var problems: [Problem] = []
    for setting in settings {
      if let message = apply(setting) {
        problems.append(Problem(line: setting.line, message: "\(setting.name): \(message)"))
      }
    }
    for name in ["instrument", "tick"] where !settings.contains(where: { $0.name == name }) {
      problems.append(Problem(line: 0, message: "\(name) is missing"))
    }
    if problems.isEmpty { problems = contradictions(settings) }
    guard problems.isEmpty else { throw Failure(file: file, problems: problems) }
  }

  /// Takes a setting; says what is wrong with it.
  private mutating func apply(_ setting: YAMLSettings.Setting) -> String? {
    let value = setting.values.first ?? ""
    if setting.isList != Self.lists.contains(setting.name), Self.names.contains(setting.name) {
      return setting.isList ? "one value is wanted" : "a list is wanted"
    }
    switch setting.name {
    case "instrument":
      instrument = value
      return value.isEmpty ? "the instrument has a name" : nil
    case "tick":
      guard let tick = Self.price(value), tick > 0 else {
        return
          "'\(value)' is no tick; it is a decimal above 0 with at most 9 digits after the point"
      }
      grid.tick = tick
    case "mode":
      guard let mode = GridConfiguration.Mode(rawValue: value) else {
        return "'\(value)' is no mode; there are bin and event"
      }
      grid.mode = mode
    case "cell_width_ms":
      var width = 0.0
      if let problem = Self.read(setting, 0.001...86_400_000, &width) { return problem }
      grid.cellWidth = UInt64(width * 1_000_000)
    case "grid_radius_ticks": return Self.read(setting, 0...10_000, &grid.radius)
    case "rest_ms": return Self.read(setting, 0...86_400_000, &grid.restMilliseconds)
    case "tau_velocity": return Self.read(setting, Self.seconds, &grid.velocityTau)
    case "tau_acceleration": return Self.read(setting, Self.seconds, &grid.accelerationTau)
    case "tau_jerk": return Self.read(setting, Self.seconds, &grid.jerkTau)
    case "tau_rest_decay": return Self.read(setting, Self.seconds, &grid.restDecayTau)
    case "pressure_weights": return Self.read(setting, 3, &grid.pressureWeights)
    case "vacuum_weights": return Self.read(setting, 4, &grid.vacuumWeights)
    case "flow_windows":
      let windows = setting.values.compactMap { Int($0) }
      guard !windows.isEmpty, windows.count == setting.values.count,
        windows.allSatisfy((1...10_000).contains)
      else { return "a list of whole numbers from 1 to 10000 is wanted" }
      grid.flowWindows = windows
    case "flow_rollup_weights": return Self.read(setting, nil, &grid.flowRollupWeights)
    case "flow_derivative_weights": return Self.read(setting, 3, &grid.flowDerivativeWeights)
    case "flow_tanh_scale": return Self.read(setting, 1e-6...1e6, &grid.flowTanhScale)
    case "flow_neutral_threshold": return Self.read(setting, 0...1, &grid.flowNeutralThreshold)
    case "flow_zscore_window_bins": return Self.read(setting, 2...10_000, &grid.flowZScoreWindow)
    case "flow_zscore_min_periods": return Self.read(setting, 1...10_000, &grid.flowZScoreMinimum)
    default: return "there is no such setting; there are \(Self.names.joined(separator: ", "))"
    }
    return nil
  }

  /// What is wrong with settings that are right each by itself.
  private func contradictions(_ settings: [YAMLSettings.Setting]) -> [Problem] {
    func line(_ name: String) -> Int { settings.first { $0.name == name }?.line ?? 0 }
    var problems: [Problem] = []
    if grid.flowRollupWeights.count != grid.flowWindows.count {
      problems.append(
        Problem(
          line: max(line("flow_rollup_weights"), line("flow_windows")),
          message: """
            flow_rollup_weights: \(grid.flowRollupWeights.count) weights for \
            \(grid.flowWindows.count) flow_windows
            """
        )
      )
    }
    if grid.flowZScoreMinimum > grid.flowZScoreWindow {
      problems.append(
        Problem(
          line: max(line("flow_zscore_min_periods"), line("flow_zscore_window_bins")),
          message: "flow_zscore_min_periods: more than flow_zscore_window_bins"
        )
      )
    }
    return problems
  }

  // MARK: - Values

  private static let seconds = 0.001...86_400.0
  private static let lists: Set = [
    "pressure_weights", "vacuum_weights", "flow_windows", "flow_rollup_weights",
    "flow_derivative_weights",
  ]
  private static let names = [
    "instrument", "tick", "mode", "cell_width_ms", "grid_radius_ticks", "rest_ms", "tau_velocity",
    "tau_acceleration", "tau_jerk", "tau_rest_decay", "pressure_weights", "vacuum_weights",
    "flow_windows", "flow_rollup_weights", "flow_derivative_weights", "flow_tanh_scale",
    "flow_neutral_threshold", "flow_zscore_window_bins", "flow_zscore_min_periods",
  ]

  private static func read(
    _ setting: YAMLSettings.Setting,
    _ range: ClosedRange<Int>,
    _ value: inout Int
  ) -> String? {
    guard let number = setting.values.first.flatMap({ Int($0) }), range.contains(number) else {
      return "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted"
    }
    value = number
    return nil
  }

  private static func read(
    _ setting: YAMLSettings.Setting,
    _ range: ClosedRange<Double>,
    _ value: inout Double
  ) -> String? {
    guard let number = setting.values.first.flatMap({ Double($0) }), range.contains(number) else {
      return "a number from \(range.lowerBound) to \(range.upperBound) is wanted"
    }
    value = number
    return nil
  }

  /// Weights: none below 0, and not all of them 0.
  private static func read(
    _ setting: YAMLSettings.Setting,
    _ count: Int?,
    _ value: inout [Double]
  ) -> String? {
    let numbers = setting.values.compactMap { Double($0) }
    guard numbers.count == setting.values.count, numbers.allSatisfy((0...1e6).contains),
      numbers.contains(where: { $0 > 0 }), count == nil || numbers.count == count
    else {
      let many = count.map { "\($0) numbers" } ?? "numbers"
      return "a list of \(many) from 0 to 1000000 is wanted, not all of them 0"
    }
    value = numbers
    return nil
  }

  /// A decimal in units of 1e-9, digit for digit.
  private static func price(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard fraction.count <= 9, parts.count == 1 || !fraction.isEmpty else { return nil }
    let digits = parts[0] + fraction + String(repeating: "0", count: 9 - fraction.count)
    guard digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
      return nil
    }
    return Int64(digits)
  }
}
