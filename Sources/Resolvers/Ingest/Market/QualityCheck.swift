package import JSON

/// A look at bars before they are published.
package struct QualityCheck: Sendable {
  package enum Status: String, Sendable {
    case pass, warn, fail
  }

  package var name: String
  package var status: Status
  /// `info`, `warning`, `error` or `critical`; a fail of the last two lets nothing be published.
  package var severity: String
  package var observed: Int
  package var expected: String
  package var details: JSONObject = [:]

  var blocks: Bool { status == .fail && (severity == "error" || severity == "critical") }
}

/// The looks, and what they take out of the bars.
struct QualityChecks {
  /// The share of open days that may be missing.
  private static let toleratedGaps = 0.2
  /// How many days' spread a change may be, and how large at least.
  private static let outlierSpreads = 12.0
  private static let outlierChange = 0.4
  private static let shownPlaces = 20

  private(set) var checks: [QualityCheck] = []

  private struct Finding {
    var count = 0
    var places: [JSONValue] = []

    mutating func add(_ symbol: String, _ day: Int32) {
      count += 1
      guard places.count < shownPlaces else { return }
      places.append(.string("\(symbol) \(CivilDate(daysSince1970: Int(day)))"))
    }

    var details: JSONObject { places.isEmpty ? [:] : ["places": .array(places)] }
  }

  /// Checks the bars, which are sorted and freed of exact repetitions on the way.
  ///
  /// `newest` is the day up to which there should be bars; nil where old ones are wanted.
  static func run(
    _ bars: inout [StagedBars],
    _ calendars: [String: ExchangeCalendar],
    newest: Int?
  ) -> [QualityCheck] {
    var checks = QualityChecks()
    checks.checkReadable(bars)
    var (repeated, contradicting, unordered) = (Finding(), Finding(), Finding())
    var (missing, unexpected, jumps, stale) = (Finding(), Finding(), Finding(), Finding())
    var openDays = 0
    for index in bars.indices {
      bars[index].sort()
      removeRepetitions(&bars[index], &repeated, &contradicting)
      let (series, calendar) = (
        bars[index], calendars[bars[index].symbol] ?? ExchangeCalendar(.newYork)
      )
      for place in series.days.indices where !series.isInOrder(place) {
        unordered.add(series.symbol, series.days[place])
      }
      openDays += findGaps(series, calendar, &missing, &unexpected)
      findJumps(series, &jumps)
      if let newest, let last = series.days.last, Int(last) < newest,
        calendar.openDays((Int(last) + 1)...newest) > 3
      {
        stale.add(series.symbol, last)
      }
    }
    checks.add("duplicates", contradicting, "no day twice with other prices", "error")
    if contradicting.count == 0, repeated.count > 0 {
      checks.warn("duplicates", repeated, "no day twice")
    }
    checks.add("ohlc_order", unordered, "low ≤ open, close ≤ high, above zero", "error")
    let isFull = Double(missing.count) <= Double(openDays) * toleratedGaps
    if isFull {
      checks.warn("gaps", missing, "a bar on every open day")
    } else {
      checks.add("gaps", missing, "at most a fifth of the open days missing", "error")
    }
    checks.warn("closed_days", unexpected, "no bar on a day without trading")
    checks.warn("outliers", jumps, "no change far beyond the usual ones")
    checks.warn("staleness", stale, "bars up to the end of the window")
    return checks.checks
  }

  private mutating func checkReadable(_ bars: [StagedBars]) {
    var unreadable = Finding()
    for series in bars {
      for rejection in series.rejections {
        unreadable.count += 1
        guard unreadable.places.count < Self.shownPlaces else { continue }
        unreadable.places.append(
          .string("\(series.symbol) line \(rejection.line): \(rejection.reason)")
        )
      }
    }
    add("readable", unreadable, "every line is a bar", "error")
    var empty = Finding()
    for series in bars where series.count == 0 {
      empty.count += 1
      if empty.places.count < Self.shownPlaces { empty.places.append(.string(series.symbol)) }
    }
    add("not_empty", empty, "bars of every symbol", "error")
  }

  private mutating func add(
    _ name: String,
    _ finding: Finding,
    _ expected: String,
    _ severity: String
  ) {
    checks.append(
      QualityCheck(
        name: name,
        status: finding.count == 0 ? .pass : .fail,
        severity: severity,
        observed: finding.count,
        expected: expected,
        details: finding.details
      )
    )
  }

  /// Replaces a check of the same name that has passed.
  private mutating func warn(_ name: String, _ finding: Finding, _ expected: String) {
    checks.removeAll { $0.name == name }
    checks.append(
      QualityCheck(
        name: name,
        status: finding.count == 0 ? .pass : .warn,
        severity: "warning",
        observed: finding.count,
        expected: expected,
        details: finding.details
      )
    )
  }

  // MARK: - Looks

  private static func removeRepetitions(
    _ bars: inout StagedBars,
    _ repeated: inout Finding,
    _ contradicting: inout Finding
  ) {
    var removed: Set<Int> = []
    for index in bars.days.indices.dropFirst() where bars.days[index] == bars.days[index - 1] {
      removed.insert(index)
      if bars.isSame(index, index - 1) {
        repeated.add(bars.symbol, bars.days[index])
      } else {
        contradicting.add(bars.symbol, bars.days[index])
      }
    }
    if !removed.isEmpty { bars.remove { removed.contains($0) } }
  }

  /// Days without a bar between the first and the last; returns how many are open.
  private static func findGaps(
    _ bars: StagedBars,
    _ calendar: ExchangeCalendar,
    _ missing: inout Finding,
    _ unexpected: inout Finding
  ) -> Int {
    guard let first = bars.days.first, let last = bars.days.last else { return 0 }
    var place = 0
    var open = 0
    for day in first...last {
      let hasBar = place < bars.count && bars.days[place] == day
      if hasBar { place += 1 }
      if calendar.isOpen(Int(day)) {
        open += 1
        if !hasBar { missing.add(bars.symbol, day) }
      } else if hasBar {
        unexpected.add(bars.symbol, day)
      }
    }
    return open
  }

  /// Changes of the close that are far from what is usual for the symbol.
  private static func findJumps(_ bars: StagedBars, _ jumps: inout Finding) {
    guard bars.count > 10 else { return }
    var changes: [Double] = []
    changes.reserveCapacity(bars.count)
    for index in 1..<bars.count {
      let (before, after) = (bars.close[index - 1], bars.close[index])
      changes.append(before > 0 ? Double(after) / Double(before) - 1 : 0)
    }
    let sizes = changes.map { abs($0) }
    let usual = sizes.sorted()[sizes.count / 2] * 1.4826
    for (index, size) in sizes.enumerated()
    where size > outlierChange && size > usual * outlierSpreads {
      jumps.add(bars.symbol, bars.days[index + 1])
    }
  }
}
