/// The primary credit rate by day, which LEAN takes for the rate without risk.
///
/// `alternative/interest-rate/usa/interest-rate.csv` of its folder of data: a heading, then
/// `2003-01-09,2.25`, in percent, each from its day on.
package struct LeanInterestRates: Hashable, Sendable {
  private struct Change: Hashable, Sendable {
    var day: Int
    /// A fraction.
    var rate: Double
  }

  private var changes: [Change] = []

  /// Nil where the folder has no such file.
  init?(in folder: FilePath) throws {
    let file = folder.appending("alternative").appending("interest-rate").appending("usa")
      .appending("interest-rate.csv")
    guard file.exists else { return nil }
    try self.init(try file.contents())
  }

  package init(_ text: [UInt8]) throws(JobFailure) {
    for (number, line) in LeanLines.read(text) {
      guard line.count >= 2, let day = CivilDate(line[0])?.daysSince1970,
        let percent = Double(line[1]), percent.isFinite
      else {
        throw JobFailure(
          "bad-file",
          "line \(number) of interest-rate.csv holds no rate",
          retries: false
        )
      }
      changes.append(Change(day: day, rate: percent / 100))
    }
    changes.sort { $0.day < $1.day }
  }

  /// The mean over the days of a run and its last sample; the first rate counts also before its day.
  package func mean(from: Int?, over days: [Int]) -> Double {
    guard let earliest = days.first, let last = days.last, var rate = changes.first?.rate else {
      return 0
    }
    let first = min(from ?? .max, earliest)
    var (sum, place) = (0.0, 0)
    for day in first...last {
      while place < changes.count, changes[place].day <= day {
        rate = changes[place].rate
        place += 1
      }
      sum += rate
    }
    return (sum + rate) / Double(last - first + 2)
  }
}
