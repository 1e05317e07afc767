/// The names that a symbol has been traded under: a map file of LEAN's.
///
/// Lines are `date,name[,exchange]`: until that day, included, the symbol went by that name. Daily
/// bars lie in a file for each name.
package struct LeanNames: Hashable, Sendable {
  package struct Span: Hashable, Sendable {
    /// In lower case, as files are named.
    package var name: String
    package var days: ClosedRange<Int>

    package init(name: String, days: ClosedRange<Int>) {
      self.name = name
      self.days = days
    }
  }

  private static let allDays = -1_000_000...1_000_000

  /// In their order, without a gap.
  package let spans: [Span]

  /// Of a symbol that has always had its name.
  package init(_ symbol: String) {
    spans = [Span(name: symbol.lowercased(), days: Self.allDays)]
  }

  /// A name that could lead to another folder is refused.
  package init(_ text: [UInt8], name file: String) throws(JobFailure) {
    var rows: [(day: Int, name: String)] = []
    for (number, line) in LeanLines.read(text) {
      guard line.count >= 2, let day = LeanLines.day(line[0]),
        MarketSpec.isFileName(String(line[1]))
      else {
        throw JobFailure(
          "bad-file",
          "line \(number) of \(file) holds no day and name",
          retries: false
        )
      }
      rows.append((day, line[1].lowercased()))
    }
    rows.sort { $0.day < $1.day }
    var spans: [Span] = []
    var start = Self.allDays.lowerBound
    for (index, row) in rows.enumerated() where row.day >= start {
      let end = index == rows.count - 1 ? Self.allDays.upperBound : row.day
      if spans.last?.name == row.name, let first = spans.last?.days.lowerBound {
        spans[spans.count - 1].days = first...end
      } else {
        spans.append(Span(name: row.name, days: start...end))
      }
      start = end + 1
    }
    guard !spans.isEmpty else {
      throw JobFailure("bad-file", "\(file) holds no names", retries: false)
    }
    self.spans = spans
  }
}
