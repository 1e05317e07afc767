/// The parameters of a grid and of its features.
package struct GridConfiguration: Hashable, Sendable {
  /// When the columns with decay and derivatives move.
  package enum Mode: String, CaseIterable, Sendable {
    /// Once at the end of each bin, by what happened in it.
    case bin
    /// At each record.
    case event
  }

  package var mode = Mode.bin
  /// The width of a bin in nanoseconds.
  package var cellWidth: UInt64 = 100_000_000
  /// How many ticks the window reaches to each side of the spot.
  package var radius = 50
  /// In units of 1e-9.
  package var tick: Int64 = 250_000_000
  /// Whether bins begin at multiples of their width, or at the first record.
  package var isAligned = true

  /// Time constants of the exponential averages, in seconds.
  package var velocityTau = 2.0
  package var accelerationTau = 5.0
  package var jerkTau = 10.0
  package var restDecayTau = 30.0
  /// After how many milliseconds an order counts as resting.
  package var restMilliseconds = 500

  /// The weights of pressure: `v_add`, positive `v_rest_depth`, positive `a_add`.
  package var pressureWeights = [1.0, 0.5, 0.3]
  /// The weights of vacuum: `v_pull`, `v_fill`, negative `v_rest_depth`, positive `a_pull`.
  package var vacuumWeights = [1.0, 1.5, 0.5, 0.3]

  /// How many bins the averages of the composite reach back, and their weights.
  package var flowWindows = [5, 10, 20, 40]
  package var flowRollupWeights = [1.0, 1.0, 1.0, 1.0]
  package var flowDerivativeWeights = [0.55, 0.30, 0.15]
  package var flowTanhScale = 3.0
  package var flowNeutralThreshold = 0.15
  package var flowZScoreWindow = 300
  package var flowZScoreMinimum = 75

  package init() {}

  /// The width of a bin in seconds.
  var cellSeconds: Double { Double(cellWidth) / 1e9 }
  package var rows: Int { 2 * radius + 1 }
}
