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
    /// Whether ``BookReplay/run(_:atMost:onBin:)`` returns after each bin, to go on with the next call.
    package var pausesAfterBins = false
    /// How many levels of each side a bin's frame has of the book as it was at the bin's end.
    package var levels = 0
    /// The width of bars made of trades, in nanoseconds; nil where none are wanted.
    package var barWidth: UInt64?

    package init() {}
  }

  /// More empty bins than a gap between two records can mean.
  static let maximumGap: UInt64 = 10_000_000

  package internal(set) var book: OrderBook
  var grid: Grid
  private let hasGrid: Bool
  private let maximumBins: Int?
  private let pausesAfterBins: Bool
  private let levels: Int
  /// Bars of the trades so far; empty where none are wanted.
  package var bars: TradeBars
  private let quotes: LineSink?
  private let flows: LineSink?
  /// What the records of the instrument begin with, but for their length; nil until it is known.
  var header: UInt64?
  package internal(set) var instrumentID: UInt32?
  package internal(set) var publisherID: UInt16?

  /// Records of the instrument so far.
  package internal(set) var records = 0
  package internal(set) var events = 0
  /// Events after which the best bid was not below the best ask.
  package internal(set) var crossed = 0
  /// The first of them.
  package internal(set) var firstCrossing: Crossing?
  /// How often each action came; the actions in the order of their first coming.
  var actionCounts = InlineArray<256, Int>(repeating: 0)
  var firstActions: [UInt8] = []
  package internal(set) var time: UInt64 = 0
  package private(set) var hasFinished = false
  /// Whether the book can be relied on, but for the sides that are empty and for crossing.
  package internal(set) var isValid = false
  private var failure: ReplayError?
  /// Whether the replay has finished or failed, or pauses.
  var isStopped = false
  /// Whether it stands behind a bin, with the record that ended it still to be taken.
  var isPaused = false
  var held: MBORecord?
  /// Keeps the looks ahead from being optimized away.
  private var lastTouched: UInt32 = 0
  var isInSnapshot = false
  var isWithinEvent = false

  /// A replay that also writes the lines which digests are made of: the best of both sides after
  /// each event, and the whole numbers of each bin, tick by tick.
  package init(
    _ configuration: Configuration,
    quotes: LineSink? = nil,
    flows: LineSink? = nil
  ) {
    maximumBins = configuration.maximumBins
    pausesAfterBins = configuration.pausesAfterBins
    levels = configuration.levels
    bars = TradeBars(width: configuration.barWidth)
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
  /// When the bin under way began; nil before the first record.
  package var binStart: UInt64? { grid.start }
  /// The frame of the last bin; written anew for the next one.
  package var frame: GridFrame { grid.frame }

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
    if isPaused { resume(onBin) }
    do throws(DBNError) {
      while records < last, !isStopped {
        takeRun(&reader, last, onBin)
        if book.hasOverflown, failure == nil { fail(.tooManyPrices(record: records)) }
        guard records < last, !isStopped else { break }
        // Records of others, or that two runs share, come one by one.
        guard let record = try reader.next() else { return false }
        guard record.type == MBORecord.type, isOurs(record) else { continue }
        guard record.length >= MBORecord.size else {
          throw DBNError(
            .shortRecord(type: "mbo", expected: MBORecord.size, found: record.length),
            at: 0
          )
        }
        take(OrderEvent(record), onBin)
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

  /// Takes the record that a pause has left over.
  private mutating func resume(_ onBin: (GridFrame) -> Void) {
    isPaused = false
    isStopped = false
    guard let record = held else { return }
    held = nil
    apply(record, onBin)
  }

  private mutating func fail(_ error: ReplayError) {
    failure = error
    isStopped = true
  }

  @inline(__always)
  private mutating func take(_ event: OrderEvent, _ onBin: (GridFrame) -> Void) {
    if hasGrid { takeWithGrid(event, onBin) } else { takeAlone(event) }
  }

  /// How many records ahead an order is looked up, so that it is near when its record comes.
  private static let lookahead = 6
  /// Records that are taken without a look at whether the book has overflown.
  private static let batch = 4096

  /// Takes records of the instrument that follow each other in the present run: most of all.
  private mutating func takeRun(
    _ reader: inout DBNReader,
    _ last: Int,
    _ onBin: (GridFrame) -> Void
  ) {
    guard let head = header.map({ $0 << 8 | UInt64(MBORecord.size / 4) }) else { return }
    let run = reader.rest
    guard var position = run.baseAddress, run.count >= MBORecord.size else { return }
    let end = position + run.count
    let begin = position
    let ahead = Self.lookahead * MBORecord.size
    var left = min(Self.batch, last - records)
    var touched: UInt32 = 0
    while left > 0, end - position >= MBORecord.size,
      position.loadUnaligned(as: UInt64.self) == head.littleEndian
    {
      let event = OrderEvent(position)
      position += MBORecord.size
      left &-= 1
      if end - position >= ahead + MBORecord.size {
        touched |= book.orders.touch(OrderEvent(position + ahead).orderID)
      }
      take(event, onBin)
      if isStopped { break }
    }
    lastTouched = touched
    reader.skip(position - begin)
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
  package mutating func apply(_ record: MBORecord, _ onBin: (GridFrame) -> Void = { _ in }) {
    record.withEvent { hasGrid ? takeWithGrid($0, onBin) : takeAlone($0) }
  }

  @inline(__always)
  private mutating func advanceTime(_ record: OrderEvent) {
    // A record without a time is of the time before.
    let time = record.eventTime
    if time > self.time, time != MBORecord.undefinedTime { self.time = time }
  }

  @inline(__always)
  private mutating func begin(_ record: OrderEvent) {
    records &+= 1
    let action = record.action
    let count = actionCounts[Int(action)]
    if count == 0, !firstActions.contains(action) { firstActions.append(action) }
    actionCounts[Int(action)] = count &+ 1
    if action == MBORecord.Action.clear {
      isInSnapshot = record.flags & MBORecord.Flag.snapshot != 0
      isValid = false
    }
  }

  /// Takes a record where only the book is wanted.
  @inline(__always)
  private mutating func takeAlone(_ record: OrderEvent) {
    advanceTime(record)
    begin(record)
    var flows = NoFlows()
    book.apply(record, at: time, into: &flows)
    endRecord(record.flags)
  }

  /// Takes a record into the book and the grid.
  @inline(__always)
  private mutating func takeWithGrid(_ record: OrderEvent, _ onBin: (GridFrame) -> Void) {
    advanceTime(record)
    let isSnapshot = record.flags & MBORecord.Flag.snapshot != 0
    if !isWithinEvent, !isSnapshot, grid.hasEnded(by: time) {
      guard closeBins(onBin) else { return hold(record) }
    }
    begin(record)
    if isSnapshot {
      var flows = NoFlows()
      book.apply(record, at: time, into: &flows)
      grid.noteIrregularity()
    } else {
      grid.event = records
      grid.time = time
      grid.eventCount &+= 1
      book.apply(record, at: time, into: &grid)
    }
    if record.action == MBORecord.Action.clear {
      grid.reset(book)
    } else if record.action == MBORecord.Action.trade {
      grid.count(trade: record.size, by: record.side)
      if bars.isWanted { bars.take(price: record.price, size: record.size, at: time) }
    }
    endRecord(record.flags)
  }

  @inline(__always)
  private mutating func endRecord(_ flags: UInt8) {
    if flags & MBORecord.Flag.maybeBadBook != 0 { isValid = false }
    isWithinEvent = flags & MBORecord.Flag.last == 0
    if !isWithinEvent { endEvent(flags) }
  }

  @inline(__always)
  private mutating func endEvent(_ flags: UInt8) {
    events &+= 1
    if isInSnapshot { endSnapshot() }
    if flags & MBORecord.Flag.maybeBadBook == 0 { isValid = true }
    // Without one of the sides the prices are the extremes.
    if book.ladder.bestPrice(.bid) >= book.ladder.bestPrice(.ask) { noteCrossing() }
    if let quotes { writeQuote(to: quotes) }
  }

  @inline(never)
  private mutating func endSnapshot() {
    isInSnapshot = false
    if hasGrid { grid.reset(book) }
  }

  @inline(never)
  private mutating func noteCrossing() {
    guard book.ladder.best(.bid) != nil, book.ladder.best(.ask) != nil else { return }
    crossed &+= 1
    guard firstCrossing == nil else { return }
    firstCrossing = Crossing(
      record: records,
      time: time,
      bid: book.ladder.bestPrice(.bid),
      ask: book.ladder.bestPrice(.ask)
    )
  }

  /// Keeps the record that a pause has come before.
  @inline(never)
  private mutating func hold(_ record: OrderEvent) {
    guard isPaused else { return }
    held = MBORecord(
      publisherID: publisherID ?? 0,
      instrumentID: instrumentID ?? 0,
      eventTime: record.eventTime,
      orderID: record.orderID,
      price: record.price,
      size: record.size,
      flags: record.flags,
      action: record.action,
      side: record.side
    )
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
      fail(.gap(record: records + 1, from: start, to: time))
      return false
    }
    while grid.hasEnded(by: time), !hasAllBins {
      closeBin(event: records, onBin)
      guard !pausesAfterBins || hasAllBins else {
        isPaused = true
        isStopped = true
        return false
      }
    }
    if hasAllBins {
      hasFinished = true
      isStopped = true
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
    if levels > 0 {
      grid.frame.bids = book.levels(.bid, levels)
      grid.frame.asks = book.levels(.ask, levels)
    }
    onBin(grid.frame)
  }
}
