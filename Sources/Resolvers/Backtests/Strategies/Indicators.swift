/// Averages and their like over a row of prices; NaN where there are not enough of them yet.
package enum Indicators {
  /// The mean of the last `period` values.
  ///
  /// The running sum is compensated, with the same steps as pandas' `rolling(n).mean()`: where two
  /// averages are equal but for rounding, both must fall on the same side.
  package static func simpleAverage(_ values: [Double], _ period: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: values.count)
    guard period > 0, values.count >= period else { return result }
    var sum = 0.0
    var added = 0.0
    var removed = 0.0
    var same = 0
    var previous = Double.nan
    for index in values.indices {
      if index >= period {
        let step = -values[index - period] - removed
        let next = sum + step
        removed = next - sum - step
        sum = next
      }
      let value = values[index]
      let step = value - added
      let next = sum + step
      added = next - sum - step
      sum = next
      same = value == previous ? same + 1 : 1
      previous = value
      if index >= period - 1 {
        result[index] = same >= period ? value : sum / Double(period)
      }
    }
    return result
  }

  /// Each value weighs 2/(period + 1); it begins with the first value.
  package static func exponentialAverage(_ values: [Double], _ period: Int) -> [Double] {
    guard let first = values.first, period > 0 else { return values.map { _ in .nan } }
    let weight = 2 / (Double(period) + 1)
    var average = first
    return values.map { value in
      average += weight * (value - average)
      return average
    }
  }

  /// Wilder's relative strength index: averages of gains and losses that begin with plain means.
  package static func relativeStrength(_ values: [Double], _ period: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: values.count)
    guard period > 0, values.count > period else { return result }
    var gain = 0.0
    var loss = 0.0
    for index in 1..<values.count {
      let change = values[index] - values[index - 1]
      let (up, down) = (max(change, 0), max(-change, 0))
      if index <= period {
        gain += up / Double(period)
        loss += down / Double(period)
      } else {
        gain = (gain * Double(period - 1) + up) / Double(period)
        loss = (loss * Double(period - 1) + down) / Double(period)
      }
      guard index >= period else { continue }
      result[index] = loss == 0 ? (gain == 0 ? 50 : 100) : 100 - 100 / (1 + gain / loss)
    }
    return result
  }

  /// The highest of the `period` values before each; the lowest where `isHighest` is false.
  package static func channel(_ values: [Double], _ period: Int, isHighest: Bool) -> [Double] {
    var result = [Double](repeating: .nan, count: values.count)
    guard period > 0 else { return result }
    // Places of values that may still become the extreme, the extreme first.
    var candidates: [Int] = []
    var head = 0
    for index in values.indices {
      if index >= period { result[index] = values[candidates[head]] }
      while candidates.count > head, let last = candidates.last,
        isHighest ? values[last] <= values[index] : values[last] >= values[index]
      {
        candidates.removeLast()
      }
      candidates.append(index)
      if candidates[head] <= index - period { head += 1 }
    }
    return result
  }
}
