/// Takes the records of one instrument through its book and its grid.
///
/// Databento's files hold the books of many instruments and venues; one replay follows one of them.
/// Times never go back: a record older than the one before it counts as of that one's time. The book
/// is looked at, and bins end, only between events, which is after a record with the flag `last`.
package struct BookReplay: ~Copyable {
  package struct Configuration: Sendable {
    /// Nil where no grid is wanted.
    package var grid: GridConfiguration?
    package var wantsGold = false
    /// In units of 1e-9: prices on multiples of it are fast, all others are slow.
    package var tick: Int64 = 250_000_000
    /// Nil for the instrument of the first record of an order.
    package var instrumentID: UInt32?
    /// Nil for the venue of the first record of the instrument.
    package var publisherID: UInt16?
    /// How many bins are made at most; the replay ends with the last of them.
    package var maximumBins: Int?

    package init() {}
  }

  /// More empty bins than a gap between two records can mean.
  static let maximumGap: UInt64 = 10_000_000

  package private(set) var book: OrderBook
  private var grid: Grid
  private let hasGrid: Bool
  private let maximumBins: Int?
  private let quotes: LineSink?
  private let flows: LineSink?
  /// What the records of the instrument begin with, but for their length; nil until it is known.
  private var header: UInt64?
  package private(set) var instrumentID: UInt32?
  package private(set) var publisherID: UInt16?

  /// Records of the instrument so far.
  package private(set) var records = 0
  package private(set) var events = 0
  /// Events after which the best bid was not below the best ask.
  package private(set) var crossed = 0
  /// How often each action came; the actions in the order of their first coming.
  private var actionCounts = InlineArray<256, Int>(repeating: 0)
  private var firstActions: [UInt8] = []
  package private(set) var time: UInt64 = 0
  package private(set) var hasFinished = false
  /// Whether the book can be relied on, but for the sides that are empty and for crossing.
  package private(set) var isValid = false
  private var failure: ReplayError?
  private var isInSnapshot = false
  private var isWithinEvent = false

  /// A replay that also writes the lines which digests are made of: the best of both sides after
  /// each event, and the whole numbers of each bin, tick by tick.
  package init(
    _ configuration: Configuration,
    quotes: LineSink? = nil,
    flows: LineSink? = nil
  ) {
    maximumBins = configuration.maximumBins
    self.quotes = quotes
    self.flows = flows
    let grid = configuration.grid
    hasGrid = grid != nil
    book = OrderBook(
      tick: grid?.tick ?? configuration.tick,
      restingAfter: grid.map { UInt64($0.restMilliseconds) * 1_000_000 }
    )
    self.grid = Grid(
      grid ?? GridConfiguration(),
      wantsGold: grid != nil && configuration.wantsGold
    )
    instrumentID = configuration.instrumentID
    publisherID = configuration.publisherID
  }

  package var binCount: Int { grid.binCount }

  /// How often each action came, in the order of their first coming.
  package var actions: [(action: Character, count: Int)] {
    firstActions.map { (Character(Unicode.Scalar($0)), actionCounts[Int($0)]) }
  }

  // MARK: - Records

  /// Takes records out of a reader: to its end, or to about that many of the instrument's.
  ///
  /// Frames are valid within the call they are given to. Returns whether there may be more.
  package mutating func run(
    _ reader: inout DBNReader,
    atMost limit: Int = .max,
    onBin: (GridFrame) -> Void = { _ in }
  ) throws(ReplayError) -> Bool {
    let end = records.addingReportingOverflow(limit)
    let last = end.overflow ? .max : end.partialValue
    do throws(DBNError) {
      while records < last, !hasFinished {
        guard let record = try reader.next() else { return false }
        guard record.type == MBORecord.type, isOurs(record) else { continue }
        guard record.length >= MBORecord.size else {
          throw DBNError(
            .shortRecord(type: "mbo", expected: MBORecord.size, found: record.length),
            at: 0
          )
        }
        apply(MBORecord(record), onBin)
        if failure != nil { break }
      }
    } catch {
      var error = error
      if case .shortRecord(_, _, let found) = error.reason {
        error.offset = reader.offset - UInt64(found)
      }
      throw .source(error)
    }
    if let failure { throw failure }
    return !hasFinished
  }

  /// Ends the last bin, if records have come into it.
  package mutating func finish(onBin: (GridFrame) -> Void = { _ in }) {
    guard !hasFinished else { return }
    hasFinished = true
    if hasGrid, grid.start != nil, grid.eventCount > 0 { closeBin(event: records, onBin) }
    quotes?.flush()
    flows?.flush()
  }

  /// Whether a record of an order is of the instrument that is followed.
  @inline(__always)
  private mutating func isOurs(_ record: borrowing DBNRecord) -> Bool {
    // Type, publisher and instrument in one comparison.
    let found: UInt64 = record.load(0) >> 8
    if let header { return found == header }
    guard instrumentID == nil || instrumentID == record.instrumentID,
      publisherID == nil || publisherID == record.publisherID
    else { return false }
    instrumentID = record.instrumentID
    publisherID = record.publisherID
    header = found
    return true
  }

  /// Takes one record of the instrument.
  @inline(__always)
  package mutating func apply(_ record: MBORecord, _ onBin: (GridFrame) -> Void = { _ in }) {
    // A record without a time is of the time before.
    if record.eventTime > time, record.eventTime != MBORecord.undefinedTime {
      time = record.eventTime
    }
    let isSnapshot = record.flags & MBORecord.Flag.snapshot != 0
    if hasGrid, !isWithinEvent, !isSnapshot, grid.hasEnded(by: time) {
      guard closeBins(onBin) else { return }
    }
    records &+= 1
    count(record.action)
    if record.action == MBORecord.Action.clear {
      isInSnapshot = isSnapshot
      isValid = false
    }
    let effect = book.apply(record, at: time)
    if hasGrid { tell(effect, record, isSnapshot) }
    if record.flags & MBORecord.Flag.maybeBadBook != 0 { isValid = false }
    isWithinEvent = record.flags & MBORecord.Flag.last == 0
    if !isWithinEvent { endEvent(record.flags) }
  }

  @inline(__always)
  private mutating func count(_ action: UInt8) {
    let count = actionCounts[Int(action)]
    if count == 0, !firstActions.contains(action) { firstActions.append(action) }
    actionCounts[Int(action)] = count &+ 1
  }

  @inline(__always)
  private mutating func tell(
    _ effect: OrderBook.Effect,
    _ record: MBORecord,
    _ isSnapshot: Bool
  ) {
    if record.action == MBORecord.Action.clear {
      grid.reset(book)
    } else if isSnapshot {
      grid.noteIrregularity()
    } else {
      grid.take(effect, at: time, records, &book)
    }
    if record.action == MBORecord.Action.trade {
      grid.trades.count &+= 1
      switch record.side {
      case UInt8(ascii: "B"): grid.trades.bought &+= Int64(record.size)
      case UInt8(ascii: "A"): grid.trades.sold &+= Int64(record.size)
      default: grid.trades.unsided &+= Int64(record.size)
      }
    }
    if !isSnapshot { grid.eventCount &+= 1 }
  }

  @inline(__always)
  private mutating func endEvent(_ flags: UInt8) {
    events &+= 1
    if isInSnapshot {
      isInSnapshot = false
      if hasGrid { grid.reset(book) }
    }
    if flags & MBORecord.Flag.maybeBadBook == 0 { isValid = true }
    if book.ladder.best(.bid) != nil, book.ladder.best(.ask) != nil,
      book.ladder.bestPrice(.bid) >= book.ladder.bestPrice(.ask)
    {
      crossed &+= 1
    }
    if book.hasOverflown, failure == nil { failure = .tooManyPrices(record: records) }
    if let quotes { writeQuote(to: quotes) }
  }

  // MARK: - Bins

  /// Ends the bins before the present time, empty ones too; false where no more are wanted.
  @inline(never)
  private mutating func closeBins(_ onBin: (GridFrame) -> Void) -> Bool {
    guard let start = grid.start else {
      grid.begin(at: time)
      return true
    }
    let width = grid.cellWidth
    guard (time - start) / width <= Self.maximumGap else {
      failure = .gap(record: records + 1, from: start, to: time)
      return false
    }
    while grid.hasEnded(by: time), !hasAllBins { closeBin(event: records, onBin) }
    if hasAllBins {
      hasFinished = true
      quotes?.flush()
      flows?.flush()
    }
    return !hasFinished
  }

  private var hasAllBins: Bool {
    maximumBins.map { grid.binCount >= $0 } ?? false
  }

  private mutating func closeBin(event: Int, _ onBin: (GridFrame) -> Void) {
    let flows = flows
    let bin = grid.binCount
    grid.close(&book, isValid: isValid, event: event) { grid, book in
      if let flows { Self.writeFlows(of: grid, book, bin, to: flows) }
    }
    onBin(grid.frame)
  }
}
