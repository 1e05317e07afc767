import Glibc

/// What happens around the touch, tick by tick, in bins of a fixed width of time.
///
/// A record's flow is added up as whole numbers; at the end of a bin (or, in event mode, at each
/// record) masses decay and velocities, accelerations and jerks follow, by the formulas of
/// `docs/order-book.md`. The state of a tick stays when the window has moved away from it.
struct Grid: FlowSink, ~Copyable {
  private let isEventMode: Bool
  let radius: Int
  let tick: Int64
  let cellWidth: UInt64
  private let isAligned: Bool
  /// What event mode makes the rates of each record of.
  let taus: ChainTaus
  var cells: CellPages
  let frame: GridFrame
  private let gold: GoldFeatures?

  /// The record that is being told of, counted from 1, and its time.
  var event = 0
  var time: UInt64 = 0
  private(set) var start: UInt64?
  private(set) var binCount = 0
  var eventCount = 0
  private var trades = GridFrame.Trades()
  private var previousBid: Int64 = 0
  private var previousAsk: Int64 = 0
  /// Whether depths jumped for a reason that is no flow: derivatives do not follow.
  private var hasReset = false
  /// Whether depths changed where no record touched the tick.
  private var isIrregular = false
  let rates: ChainRates

  init(_ configuration: GridConfiguration, wantsGold: Bool) {
    isEventMode = configuration.mode == .event
    radius = configuration.radius
    tick = configuration.tick
    cellWidth = configuration.cellWidth
    isAligned = configuration.isAligned
    taus = ChainTaus(configuration)
    cells = CellPages(keepsTimes: configuration.mode == .event)
    frame = GridFrame(radius: configuration.radius)
    gold = wantsGold ? GoldFeatures(configuration) : nil
    rates = ChainRates(taus, seconds: configuration.cellSeconds)
  }

  // MARK: - Records

  /// Takes what a record moved at a level.
  @inline(__always)
  mutating func take(
    _ level: Int,
    added: UInt32,
    pulled: UInt32,
    filled: UInt32,
    _ ladder: inout PriceLadder
  ) {
    var place = level >> 1
    if place >= cells.count &* CellPages.ticks || ladder.isLoose(level) {
      guard let other = self.place(of: level, &ladder) else { return }
      place = other
    }
    let flow = cells.flows + place
    flow.pointee.added &+= Int64(added)
    flow.pointee.pulled &+= Int64(pulled)
    flow.pointee.filled &+= Int64(filled)
    flow.pointee.lastEvent = Int64(event)
    cells.touched[place >> 6] |= 1 &<< UInt64(place & 63)
    if isEventMode { move(place, Double(added), Double(pulled), Double(filled), ladder) }
  }

  /// The tick of a level: of a price between two ticks the nearest, halves up.
  @inline(never)
  private mutating func place(of level: Int, _ ladder: inout PriceLadder) -> Int? {
    var level = level
    if ladder.isLoose(level) {
      let price = ladder.price(of: level)
      let number = nearestTick(of: price, tick)
      let (nearest, isTooMuch) = number.multipliedReportingOverflow(by: tick)
      guard !isTooMuch, let other = ladder.level(of: nearest, .bid) else { return nil }
      level = other
    }
    cells.makeRoom(ladder.pageCount)
    return level >> 1
  }

  /// The book was emptied, or a snapshot is complete: the ticks take its depths as they are.
  mutating func reset(_ book: borrowing OrderBook) {
    hasReset = true
    cells.makeRoom(book.ladder.pageCount)
    for page in 0..<cells.count where !book.ladder.isLoosePage(page) {
      cells.existing[page] |= cells.touched[page]
      cells.existing[page] |= book.ladder.occupied[page * 2] | book.ladder.occupied[page * 2 + 1]
      if isEventMode {
        takeDepths(of: page, cells.existing[page], book.ladder)
      }
    }
  }

  /// Counts a trade, by the side of the aggressor.
  mutating func count(trade size: UInt32, by side: UInt8) {
    trades.count &+= 1
    switch side {
    case UInt8(ascii: "B"): trades.bought &+= Int64(size)
    case UInt8(ascii: "A"): trades.sold &+= Int64(size)
    default: trades.unsided &+= Int64(size)
    }
  }

  /// Depths changed and nothing tells where.
  mutating func noteIrregularity() { isIrregular = true }

  // MARK: - Bins

  /// Whether records of that time belong to a later bin than the present one.
  @inline(__always)
  func hasEnded(by time: UInt64) -> Bool {
    guard let start else { return true }
    return time &- start >= cellWidth
  }

  /// Begins the first bin with a record of that time.
  mutating func begin(at time: UInt64) {
    start = isAligned ? time - time % cellWidth : time
  }

  /// Brings every tick to the end of the bin, fills the frame and begins the next bin.
  ///
  /// Between, while the whole numbers of the bin still stand, `inspect` sees the ticks.
  mutating func close(
    _ book: inout OrderBook,
    isValid: Bool,
    event: Int,
    _ inspect: (borrowing Grid, borrowing OrderBook) -> Void
  ) {
    let start = start ?? 0
    let end = start &+ cellWidth
    book.rest(until: end)
    cells.makeRoom(book.ladder.pageCount)
    inspect(self, book)
    for page in 0..<cells.count {
      if isEventMode {
        advance(page, to: end)
      } else {
        step(page, book)
      }
    }
    fillFrame(book, start, end, isValid: isValid, event: event)
    gold?.fill(frame)
    for page in 0..<cells.count { clearFlows(of: page) }
    hasReset = false
    isIrregular = false
    trades = GridFrame.Trades()
    eventCount = 0
    binCount += 1
    self.start = end
  }

  private func clearFlows(of page: Int) {
    var bits = cells.touched[page]
    let flows = cells.flows + page * CellPages.ticks
    while bits != 0 {
      let lane = bits.trailingZeroBitCount
      bits &= bits &- 1
      flows[lane].added = 0
      flows[lane].pulled = 0
      flows[lane].filled = 0
    }
    cells.touched[page] = 0
  }

  private mutating func fillFrame(
    _ book: borrowing OrderBook,
    _ start: UInt64,
    _ end: UInt64,
    isValid: Bool,
    event: Int
  ) {
    var header = GridFrame.Header()
    header.sequence = binCount
    header.start = start
    header.end = end
    header.eventCount = eventCount
    header.eventID = event
    let bid = book.ladder.best(.bid) == nil ? 0 : book.ladder.bestPrice(.bid)
    let ask = book.ladder.best(.ask) == nil ? 0 : book.ladder.bestPrice(.ask)
    header.bestBid = bid
    header.bestAsk = ask
    header.bidMove = Self.move(from: previousBid, to: bid, tick)
    header.askMove = Self.move(from: previousAsk, to: ask, tick)
    (previousBid, previousAsk) = (bid, ask)
    header.trades = trades
    let spot: Int64?
    if bid > 0, ask > 0 {
      // Halves up; twice the price and twice the tick fit 64 bits without a sign.
      let sum = UInt64(bid) + UInt64(ask)
      let (quotient, rest) = sum.quotientAndRemainder(dividingBy: 2 * UInt64(tick))
      let number = Int64(quotient) + (rest >= UInt64(tick) ? 1 : 0)
      spot = number
      header.midPrice = Double(sum) * 0.5e-9
      header.spotPrice = number &* tick
      header.isBookValid = isValid && bid < ask
    } else {
      spot = nil
    }
    frame.header = header
    frame.hasGold = gold != nil
    fillColumns(book, spot)
  }

  /// By how many ticks a price moved; 0 where there is or was none.
  private static func move(from old: Int64, to new: Int64, _ tick: Int64) -> Int {
    guard old > 0, new > 0 else { return 0 }
    let ticks = (Double(new - old) / Double(tick)).rounded(.toNearestOrEven)
    guard abs(ticks) < 0x1p63 else { return ticks < 0 ? .min : .max }
    return Int(ticks)
  }

  func save(to state: inout StateWriter) {
    state.put(event)
    state.put(time)
    state.put(start ?? 0)
    state.put(start != nil)
    state.put(binCount)
    state.put(eventCount)
    state.put(trades)
    state.put(previousBid)
    state.put(previousAsk)
    state.put(hasReset)
    state.put(isIrregular)
    cells.save(to: &state)
    gold?.save(to: &state)
  }

  /// For a new grid of the same configuration.
  mutating func restore(from state: inout StateReader) throws(StateError) {
    event = try state.take()
    time = try state.take()
    let start = try state.take(UInt64.self)
    self.start = try state.take(UInt8.self) == 1 ? start : nil
    binCount = try state.take()
    eventCount = try state.take()
    trades = try state.take()
    previousBid = try state.take()
    previousAsk = try state.take()
    hasReset = try state.take(UInt8.self) == 1
    isIrregular = try state.take(UInt8.self) == 1
    try cells.restore(from: &state)
    try gold?.restore(from: &state)
  }

  /// Whether depths of all ticks have to be looked at, and whether their derivatives follow.
  var depthsToTake: (all: Bool, follow: Bool) { (hasReset || isIrregular, !hasReset) }
}

/// The number of the tick nearest to a price, halves up.
func nearestTick(of price: Int64, _ tick: Int64) -> Int64 {
  let (quotient, remainder) = price.quotientAndRemainder(dividingBy: tick)
  // Rounded down; the product of number and tick need not fit 64 bits.
  let number = remainder < 0 ? quotient - 1 : quotient
  let rest = remainder < 0 ? remainder + tick : remainder
  return rest >= tick - rest ? number + 1 : number
}
