/// What a price of the past is worth today: a factor file of LEAN's.
///
/// Lines are `date,priceFactor,splitFactor[,…]`; the first one that is dated on or after a bar is the
/// bar's, and both factors multiply its prices. Volumes stay as they were traded.
package struct LeanFactors: Hashable, Sendable {
  private struct Row: Hashable, Sendable {
    var day: Int
    /// In units of 10⁻⁹.
    var price: Int64
    var split: Int64
  }

  private static let one = Int128(1_000_000_000)

  private var rows: [Row] = []

  /// A line that is none is told by its number: what is left out would make other prices.
  package init(_ text: [UInt8], name: String) throws(JobFailure) {
    for (number, line) in LeanLines.read(text) {
      guard line.count >= 3, let day = LeanLines.day(line[0]),
        let price = Self.factor(line[1]), let split = Self.factor(line[2])
      else {
        throw JobFailure("bad-file", "line \(number) of \(name) holds no factors", retries: false)
      }
      rows.append(Row(day: day, price: price, split: split))
    }
    guard !rows.isEmpty else {
      throw JobFailure("bad-file", "\(name) holds no factors", retries: false)
    }
    rows.sort { $0.day < $1.day }
  }

  private static func factor(_ text: Substring) -> Int64? {
    guard let value = ExactDecimal(text).fitting(precision: 18, scale: 9),
      let units = FixedDecimal.parse(value.description), units > 0
    else { return nil }
    return units
  }

  /// A price in units of 10⁻⁹, rounded to the nearest; nil where it has no room.
  package func adjusted(_ price: Int64, on day: Int) -> Int64? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].day < day { low = middle + 1 } else { high = middle }
    }
    // What is after the last line is worth what it says.
    guard low < rows.count else { return price }
    let (factor, overflows) = Int128(price).multipliedReportingOverflow(
      by: Int128(rows[low].price) * Int128(rows[low].split)
    )
    guard !overflows else { return nil }
    let scale = Self.one * Self.one
    let half = factor < 0 ? -scale / 2 : scale / 2
    return Int64(exactly: (factor + half) / scale)
  }
}

/// Lines of fields between commas, as LEAN's map and factor files have them.
enum LeanLines {
  /// Lines that are not empty, with their numbers; a heading is passed over.
  static func read(_ text: [UInt8]) -> [(number: Int, fields: [Substring])] {
    let lines = String(decoding: text, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    return lines.enumerated().compactMap { index, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let isHeading = index == 0 && line.first?.isLetter == true
      return line.allSatisfy(\.isWhitespace) || isHeading ? nil : (index + 1, fields)
    }
  }

  /// The days since 1970 of `20140331`.
  static func day(_ text: Substring) -> Int? {
    guard text.utf8.count == 8, let all = Int(text) else { return nil }
    return CivilDate(year: all / 10_000, month: all / 100 % 100, day: all % 100)?.daysSince1970
  }
}
