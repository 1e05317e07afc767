import Glibc

/// The features made of pressure and vacuum: for each row of the window a series over the bins.
///
/// Sums are made anew for each bin, from the oldest to the newest: what running sums would drift by
/// is more than the smallest scale that a score is divided by.
final class GoldFeatures {
  private let configuration: GridConfiguration
  private let rows: Int
  private let longest: Int
  private let rollupWeights: [Double]
  private let derivativeWeights: [Double]
  /// The last raw composites, row by row, in a ring of bins.
  private let raws: UnsafeMutablePointer<Double>
  private let sums: UnsafeMutablePointer<Double>
  private var bins = 0
  /// By derivative and row.
  private var windows: SortedWindows
  private let previous: UnsafeMutablePointer<Double>

  init(_ configuration: GridConfiguration) {
    self.configuration = configuration
    rows = configuration.rows
    longest = configuration.flowWindows.max() ?? 1
    rollupWeights = Self.normalized(configuration.flowRollupWeights)
    derivativeWeights = Self.normalized(configuration.flowDerivativeWeights)
    raws = .allocate(capacity: longest * rows)
    raws.initialize(repeating: 0, count: longest * rows)
    sums = .allocate(capacity: rows)
    sums.initialize(repeating: 0, count: rows)
    previous = .allocate(capacity: 3 * rows)
    previous.initialize(repeating: 0, count: 3 * rows)
    windows = SortedWindows(series: 3 * rows, capacity: configuration.flowZScoreWindow)
  }

  deinit {
    raws.deallocate()
    sums.deallocate()
    previous.deallocate()
  }

  func save(to state: inout StateWriter) {
    state.put(bins)
    state.put(raws, longest * rows)
    state.put(previous, 3 * rows)
    windows.save(to: &state)
  }

  func restore(from state: inout StateReader) throws(StateError) {
    bins = try state.take()
    guard bins >= 0 else { throw StateError() }
    try state.take(into: raws, longest * rows)
    try state.take(into: previous, 3 * rows)
    try windows.restore(from: &state)
  }

  private static func normalized(_ weights: [Double]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Fills the features of a bin; every bin comes once and in order.
  func fill(_ frame: GridFrame) {
    fillRaws(frame)
    bins += 1
    fillComposites(frame)
    fillDerivatives(frame)
    fillScores(frame)
    windows.advance()
  }

  private func fillRaws(_ frame: GridFrame) {
    let added = frame.column(.addVelocity)
    let pulled = frame.column(.pullVelocity)
    let filled = frame.column(.fillVelocity)
    let rest = frame.column(.restVelocity)
    let addAcceleration = frame.column(.addAcceleration)
    let pullAcceleration = frame.column(.pullAcceleration)
    let pressure = frame.gold(.pressure)
    let vacuum = frame.gold(.vacuum)
    let raw = frame.gold(.compositeRaw)
    let p = configuration.pressureWeights
    let v = configuration.vacuumWeights
    let kept = raws + (bins % longest) * rows
    for row in 0..<rows {
      pressure[row] =
        p[0] * added[row] + p[1] * max(rest[row], 0) + p[2] * max(addAcceleration[row], 0)
      vacuum[row] =
        v[0] * pulled[row] + v[1] * filled[row] + v[2] * max(-rest[row], 0)
        + v[3] * max(pullAcceleration[row], 0)
      raw[row] =
        (pressure[row] - vacuum[row]) / (abs(pressure[row]) + abs(vacuum[row]) + 1e-12)
      kept[row] = raw[row]
    }
  }

  private func fillComposites(_ frame: GridFrame) {
    let composite = frame.gold(.composite)
    composite.update(repeating: 0, count: rows)
    for (window, weight) in zip(configuration.flowWindows, rollupWeights) {
      let count = min(window, bins)
      sums.update(repeating: 0, count: rows)
      for bin in bins - count..<bins {
        let raw = raws + (bin % longest) * rows
        for row in 0..<rows { sums[row] += raw[row] }
      }
      for row in 0..<rows { composite[row] += weight * (sums[row] / Double(count)) }
    }
  }

  private func fillDerivatives(_ frame: GridFrame) {
    let seconds = configuration.cellSeconds
    var source = frame.gold(.composite)
    for (order, column) in [
      GoldColumn.compositeVelocity, .compositeAcceleration, .compositeJerk,
    ].enumerated() {
      let target = frame.gold(column)
      let last = previous + order * rows
      for row in 0..<rows {
        // The second derivative begins with the third bin, the third with the fourth.
        target[row] = bins > order + 1 ? (source[row] - last[row]) / seconds : 0
        windows.append(target[row], to: order * rows + row)
      }
      last.update(from: source, count: rows)
      source = target
    }
  }

  private func fillScores(_ frame: GridFrame) {
    let header = frame.header
    let scores = frame.gold(.flowScore)
    let codes = frame.gold(.flowStateCode)
    let states = frame.gold(.stateCode)
    let count = min(bins, configuration.flowZScoreWindow)
    let columns = [
      frame.gold(.compositeVelocity), frame.gold(.compositeAcceleration),
      frame.gold(.compositeJerk),
    ]
    for row in 0..<rows {
      var score = 0.0
      if count >= configuration.flowZScoreMinimum {
        for order in 0..<3 {
          let (median, deviation) = windows.spread(of: order * rows + row, count)
          let scale = 1.4826 * deviation
          let z = scale > 1e-9 ? (columns[order][row] - median) / scale : 0
          score += derivativeWeights[order] * tanh(z / configuration.flowTanhScale)
        }
      }
      score = max(-1, min(1, score))
      scores[row] = score
      let threshold = configuration.flowNeutralThreshold
      codes[row] = score >= threshold ? 1 : score <= -threshold ? -1 : 0
      states[row] = Self.state(row - frame.radius, header.askSign, header.bidSign)
    }
  }

  /// What the moves of both best prices mean for a row above or below the spot.
  private static func state(_ row: Int, _ ask: Int, _ bid: Int) -> Double {
    if row == 0 { return 0 }
    switch (ask, bid) {
    case (0, 0), (-1, 1): return 0
    case (1, 1), (0, 1): return row > 0 ? 2 : 1
    default: return row > 0 ? -1 : -2
    }
  }
}
