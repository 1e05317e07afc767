/// Reads daily bars from comma-separated text, a pass over the bytes.
///
/// With a header the columns go by their names (`date`, `open`, `high`, `low`, `close`, `volume`, and
/// `symbol` or `ticker`); without one they are LEAN's: time, open, high, low, close, volume, prices
/// times 10,000.
package struct BarFile {
  package enum Form: Sendable {
    case named
    case lean
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let form: Form
  private let wanted: String
  private let window: ClosedRange<Int>

  /// Bars of a symbol within days since 1970; a file without a column of symbols is about it alone.
  package static func read(
    _ bytes: [UInt8],
    _ form: Form,
    symbol: String,
    window: ClosedRange<Int>
  ) throws -> StagedBars {
    try bytes.withUnsafeBufferPointer { bytes in
      try BarFile(bytes: bytes, form: form, wanted: symbol, window: window).read()
    }
  }

  private struct Columns {
    var day = 0
    var open = 1
    var high = 2
    var low = 3
    var close = 4
    var volume = 5
    var symbol: Int?
    var count = 6
  }

  private func read() throws -> StagedBars {
    var bars = StagedBars(symbol: wanted)
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    var columns = Columns()
    var fields: [Range<Int>] = []
    if form == .named {
      line += 1
      next(&position, &fields)
      columns = try header(fields)
    }
    while position < bytes.count {
      line += 1
      next(&position, &fields)
      if fields.count == 1, fields[0].isEmpty { continue }
      if let symbol = columns.symbol {
        guard fields.indices.contains(symbol), isWanted(fields[symbol]) else { continue }
      }
      read(fields, columns, line, into: &bars)
    }
    return bars
  }

  /// The fields of the next line; a quoted one without its quotes.
  private func next(_ position: inout Int, _ fields: inout [Range<Int>]) {
    fields.removeAll(keepingCapacity: true)
    var start = position
    var isQuoted = false
    func field(_ end: Int) -> Range<Int> {
      let isInQuotes =
        end - start >= 2 && bytes[start] == UInt8(ascii: "\"")
        && bytes[end - 1] == UInt8(ascii: "\"")
      return isInQuotes ? (start + 1)..<(end - 1) : start..<end
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: ","), !isQuoted {
        fields.append(field(position))
        start = position + 1
      }
      position += 1
    }
    var end = position
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    fields.append(field(end))
    if position < bytes.count { position += 1 }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private func isWanted(_ range: Range<Int>) -> Bool {
    range.count == wanted.utf8.count && zip(bytes[range], wanted.utf8).allSatisfy { $0 == $1 }
  }

  private func header(_ fields: [Range<Int>]) throws -> Columns {
    let names = fields.map { text($0).lowercased() }
    func column(_ name: String) throws -> Int {
      guard let index = names.firstIndex(of: name) else {
        throw JobFailure("bad-file", "the file of \(wanted) has no column \(name)", retries: false)
      }
      return index
    }
    return Columns(
      day: try column("date"),
      open: try column("open"),
      high: try column("high"),
      low: try column("low"),
      close: try column("close"),
      volume: try column("volume"),
      symbol: names.firstIndex(of: "symbol") ?? names.firstIndex(of: "ticker"),
      count: fields.count
    )
  }

  private func read(
    _ fields: [Range<Int>],
    _ columns: Columns,
    _ line: Int,
    into bars: inout StagedBars
  ) {
    guard fields.count >= columns.count else {
      return bars.reject(line: line, "a field is missing")
    }
    guard let day = day(fields[columns.day]) else { return bars.reject(line: line, "no day") }
    guard window.contains(day) else { return }
    let scale: Int64 = form == .lean ? 10_000 : 1
    func number(_ index: Int, _ scale: Int64) -> Int64? {
      FixedDecimal.parse(UnsafeBufferPointer(rebasing: bytes[fields[index]])).map { $0 / scale }
    }
    guard let open = number(columns.open, scale), let high = number(columns.high, scale),
      let low = number(columns.low, scale), let close = number(columns.close, scale),
      let volume = number(columns.volume, 1)
    else { return bars.reject(line: line, "a field is no number") }
    bars.append(day: day, open: open, high: high, low: low, close: close, volume: volume)
  }

  /// `2014-03-24`, `20140324 00:00`, or the American `3/24/2014`.
  private func day(_ range: Range<Int>) -> Int? {
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for index in range {
        guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else {
          return nil
        }
        value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
      }
      return range.isEmpty ? nil : value
    }
    let start = range.lowerBound
    let date: CivilDate?
    if range.count >= 10, bytes[start + 4] == UInt8(ascii: "-"),
      bytes[start + 7] == UInt8(ascii: "-")
    {
      guard let year = number(start..<start + 4), let month = number(start + 5..<start + 7),
        let day = number(start + 8..<start + 10)
      else { return nil }
      date = CivilDate(year: year, month: month, day: day)
    } else if range.count >= 8, let all = number(start..<start + 8) {
      date = CivilDate(year: all / 10_000, month: all / 100 % 100, day: all % 100)
    } else {
      date = CivilDate(text(range))
    }
    return date?.daysSince1970
  }
}
