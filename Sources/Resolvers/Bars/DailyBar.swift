/// Open, high, low, close and volume of one symbol on one day.
package struct DailyBar: Hashable, Sendable {
  package var symbol: String
  package var day: CivilDate
  package var open: ExactDecimal
  package var high: ExactDecimal
  package var low: ExactDecimal
  package var close: ExactDecimal
  package var volume: ExactDecimal

  /// What makes it no bar that a market can have printed; nil where nothing does.
  package var defect: String? {
    let prices = [open, high, low, close]
    if prices.contains(where: { $0.isNegative || $0.isZero }) { return "a price is not positive" }
    if prices.contains(where: { !$0.fits(precision: 20, scale: 9) }) { return "a price is too big" }
    if volume.isNegative || !volume.fits(precision: 24, scale: 6) {
      return "the volume is out of range"
    }
    if [open, low, close].contains(where: { (high - $0).isNegative }) {
      return "the high is not the highest"
    }
    if [open, high, close].contains(where: { ($0 - low).isNegative }) {
      return "the low is not the lowest"
    }
    return nil
  }
}
