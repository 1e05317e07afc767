import Glibc

/// Sums over rows of returns; nil where they are not defined.
enum Statistics {
  static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// With one degree of freedom less than there are values.
  static func variance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  static func deviation(_ values: [Double]) -> Double? { variance(values)?.squareRoot() }

  /// The deepest fall below the highest value so far, as a positive fraction; 1 is the first peak.
  static func drawdown(_ equity: [Double], start: Double) -> Double {
    var peak = start
    var deepest = 0.0
    for value in equity {
      peak = max(peak, value)
      if peak > 0 { deepest = max(deepest, 1 - value / peak) }
    }
    return deepest
  }

  /// Means of the second, third and fourth powers of the distances from the mean.
  private static func moments(_ values: [Double], _ mean: Double) -> (Double, Double, Double) {
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for value in values {
      let distance = value - mean
      let square = distance * distance
      second += square
      third += square * distance
      fourth += square * square
    }
    let n = Double(values.count)
    return (second / n, third / n, fourth / n)
  }

  /// Skewness and excess kurtosis, corrected for bias, as of a sample.
  static func shape(_ values: [Double]) -> (skewness: Double, kurtosis: Double)? {
    let n = Double(values.count)
    guard n > 3, let mean = mean(values) else { return nil }
    let (second, third, fourth) = moments(values, mean)
    guard second > 0 else { return nil }
    let skewness = (n * (n - 1)).squareRoot() / (n - 2) * third / (second * second.squareRoot())
    let kurtosis =
      (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / (second * second) - 3) + 6)
    return (skewness, kurtosis)
  }

  /// The share of a normal distribution below a value.
  static func normal(_ value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }

  /// A value where it is a number that there is.
  static func finite(_ value: Double?) -> Double? {
    guard let value, value.isFinite else { return nil }
    return value
  }
}
