/// Daily bars from comma-separated text with a header line.
///
/// Columns are found by their names, whatever their order and case: `date`, `open`, `high`, `low`,
/// `close`, `volume`, and `ticker` or `symbol` where the file holds several symbols. Days are ISO or
/// American (`1/4/1999`). Digits go through as they are.
package struct DailyBarFile: Sendable {
  /// A line that is no bar.
  package struct Rejection: Hashable, Sendable {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }
  }

  /// A file without the columns of bars.
  package struct MissingColumn: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package var description: String { "the bars have no column \(name)" }

    package init(name: String) {
      self.name = name
    }
  }

  package private(set) var bars: [DailyBar] = []
  package private(set) var rejections: [Rejection] = []

  /// - Parameter symbol: whose bars they are, where the file does not say so.
  package init(_ bytes: [UInt8], symbol: String? = nil) throws(MissingColumn) {
    var rows = CSVRows(bytes)
    let columns = try Columns(rows.next() ?? [], symbol: symbol)
    while let row = rows.next() {
      do throws(Columns.Defect) {
        bars.append(try columns.bar(row))
      } catch {
        rejections.append(Rejection(line: rows.line, reason: error.reason))
      }
    }
  }
}

/// Which field of a row is what.
private struct Columns {
  struct Defect: Error {
    let reason: String
  }

  private let symbol: String?
  private let symbolColumn: Int
  private let day: Int
  private let open: Int
  private let high: Int
  private let low: Int
  private let close: Int
  private let volume: Int

  init(_ header: [String], symbol: String?) throws(DailyBarFile.MissingColumn) {
    let names = header.map { $0.lowercased() }
    func find(_ name: String) throws(DailyBarFile.MissingColumn) -> Int {
      guard let index = names.firstIndex(of: name) else {
        throw DailyBarFile.MissingColumn(name: name)
      }
      return index
    }
    self.symbol = symbol
    if symbol == nil, names.contains("ticker") {
      symbolColumn = try find("ticker")
    } else {
      symbolColumn = symbol == nil ? try find("symbol") : 0
    }
    day = try find("date")
    open = try find("open")
    high = try find("high")
    low = try find("low")
    close = try find("close")
    volume = try find("volume")
  }

  func bar(_ row: [String]) throws(Defect) -> DailyBar {
    guard let day = CivilDate(try field(row, day)) else { throw Defect(reason: "no day") }
    let bar = DailyBar(
      symbol: try name(row),
      day: day,
      open: try number(row, open),
      high: try number(row, high),
      low: try number(row, low),
      close: try number(row, close),
      volume: try number(row, volume)
    )
    if let defect = bar.defect { throw Defect(reason: defect) }
    return bar
  }

  private func name(_ row: [String]) throws(Defect) -> String {
    if let symbol { return symbol }
    return try field(row, symbolColumn)
  }

  private func field(_ row: [String], _ index: Int) throws(Defect) -> String {
    guard row.indices.contains(index), !row[index].isEmpty else {
      throw Defect(reason: "a field is missing")
    }
    return row[index]
  }

  private func number(_ row: [String], _ index: Int) throws(Defect) -> ExactDecimal {
    guard let number = ExactDecimal(try field(row, index)) else {
      throw Defect(reason: "a field is no number")
    }
    return number
  }
}
