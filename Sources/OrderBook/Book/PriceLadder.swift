/// The levels of both sides by price, with the best of each.
///
/// Prices lie on pages of 64 ticks; a page is made when a price on it is first needed, and pages
/// know their neighbours. A level is a number that stays as long as the ladder: page, tick within
/// the page and side, so that an order finds its level without a search. Prices that are no
/// multiples of the tick have a level each, on pages of their own, and stand in a sorted list.
struct PriceLadder: ~Copyable {
  /// What rests at a price on one side; 24 bytes.
  struct Level: BitwiseCopyable {
    var quantity: Int64 = 0
    /// The part of it that has stood there for a while; see ``RestQueue``.
    var resting: Int64 = 0
    var orders: Int64 = 0
  }

  static let ticksPerPage = 64
  static let levelsPerPage = 2 * ticksPerPage
  /// 1,048,576 ticks: what no instrument needs whose tick is right.
  static let maximumPages = 1 << 14
  static let maximumLooseLevels = 1 << 16

  let tick: Int64
  private let inverse: Double

  /// By level.
  private(set) var levels: UnsafeMutablePointer<Level>
  /// By page and side: a bit for each tick with orders.
  private(set) var occupied: UnsafeMutablePointer<UInt64>
  /// By page: its number, from the price 0 on; of a loose page `looseNumber`.
  private var numbers: UnsafeMutablePointer<Int64>
  /// By page: the pages below and above it, -1 at the ends.
  private var below: UnsafeMutablePointer<Int32>
  private var above: UnsafeMutablePointer<Int32>
  private(set) var pageCount = 0
  private var pageCapacity = 0

  /// Pages near the first one, by number.
  private var directory: UnsafeMutablePointer<Int32>
  private var directoryStart: Int64 = 0
  private static let directorySize = 1 << 12
  /// Pages that the directory does not reach.
  private var farPages: [Int64: Int32] = [:]
  private var lowest: Int32 = -1
  private var highest: Int32 = -1

  /// The level with the best price of each side; -1 where the side is empty.
  private var bestBid = -1
  private var bestAsk = -1
  private var bestBidPrice = Int64.min
  private var bestAskPrice = Int64.max

  private(set) var loose = LooseLevels()
  private static let looseNumber = Int64.min

  init(tick: Int64) {
    precondition(tick > 0)
    self.tick = tick
    inverse = 1 / Double(tick)
    levels = .allocate(capacity: 0)
    occupied = .allocate(capacity: 0)
    numbers = .allocate(capacity: 0)
    below = .allocate(capacity: 0)
    above = .allocate(capacity: 0)
    directory = .allocate(capacity: Self.directorySize)
    directory.initialize(repeating: -1, count: Self.directorySize)
  }

  deinit {
    levels.deallocate()
    occupied.deallocate()
    numbers.deallocate()
    below.deallocate()
    above.deallocate()
    directory.deallocate()
  }

  // MARK: - Levels

  /// Which tick a price is on; nil where it is between two.
  @inline(__always)
  func tickNumber(of price: Int64) -> Int64? {
    // Below 2^52 the quotient of two Doubles is near enough for the product to tell.
    if UInt64(bitPattern: price) < 1 << 52 {
      let number = Int64(Double(price) * inverse + 0.5)
      return number &* tick == price ? number : nil
    }
    let (quotient, rest) = price.quotientAndRemainder(dividingBy: tick)
    return rest == 0 ? quotient : nil
  }

  /// The level of a price, which is made if need be; nil where there is no room for more.
  @inline(__always)
  mutating func level(of price: Int64, _ side: Side) -> Int? {
    if let number = tickNumber(of: price) {
      let position = (number >> 6) &- directoryStart
      if UInt64(bitPattern: position) < UInt64(Self.directorySize) {
        let page = directory[Int(position)]
        if page >= 0 { return Self.level(Int(page), Int(number & 63), side) }
      }
      guard let page = page(number >> 6) else { return nil }
      return Self.level(page, Int(number & 63), side)
    }
    return looseLevel(of: price, side)
  }

  @inline(__always)
  static func level(_ page: Int, _ lane: Int, _ side: Side) -> Int {
    (page &* ticksPerPage &+ lane) &* 2 &+ side.rawValue
  }

  @inline(__always)
  static func side(of level: Int) -> Side { level & 1 == 0 ? .bid : .ask }

  @inline(__always)
  func isLoose(_ level: Int) -> Bool { isLoosePage(level / Self.levelsPerPage) }

  @inline(__always)
  func isLoosePage(_ page: Int) -> Bool { numbers[page] == Self.looseNumber }

  /// The price of a level.
  @inline(__always)
  func price(of level: Int) -> Int64 {
    let number = numbers[level / Self.levelsPerPage]
    if number == Self.looseNumber { return loose.price(of: level) }
    return (number &* 64 &+ Int64((level >> 1) & 63)) &* tick
  }

  /// Changes what rests at a level, by as many orders as before.
  @inline(__always)
  mutating func change(_ level: Int, by quantity: Int64) {
    levels[level].quantity &+= quantity
  }

  /// One more order rests at a level.
  @inline(__always)
  mutating func arrive(_ level: Int, with quantity: Int64, price: Int64) {
    let place = levels + level
    place.pointee.quantity &+= quantity
    place.pointee.orders &+= 1
    if place.pointee.orders == 1 { occupy(level, price) }
  }

  /// One order less rests at a level.
  @inline(__always)
  mutating func leave(_ level: Int, with quantity: Int64) {
    let place = levels + level
    place.pointee.quantity &-= quantity
    place.pointee.orders &-= 1
    if place.pointee.orders == 0 { vacate(level) }
  }

  /// Counts a part of a level as resting, or no more.
  @inline(__always)
  mutating func rest(_ level: Int, by quantity: Int64) {
    levels[level].resting &+= quantity
  }

  @inline(__always)
  private mutating func occupy(_ level: Int, _ price: Int64) {
    occupied[(level / Self.levelsPerPage) &* 2 &+ (level & 1)] |= 1 &<< UInt64((level >> 1) & 63)
    if level & 1 == 0 {
      if price > bestBidPrice || bestBid < 0 {
        bestBid = level
        bestBidPrice = price
      }
    } else if price < bestAskPrice || bestAsk < 0 {
      bestAsk = level
      bestAskPrice = price
    }
    if isLoose(level) { loose.occupy(level, price) }
  }

  @inline(__always)
  private mutating func vacate(_ level: Int) {
    occupied[(level / Self.levelsPerPage) &* 2 &+ (level & 1)] &= ~(1 &<< UInt64((level >> 1) & 63))
    if isLoose(level) { loose.vacate(level) }
    if level == bestBid {
      findBestBid(from: level)
    } else if level == bestAsk {
      findBestAsk(from: level)
    }
  }

  // MARK: - Pages

  /// The page of that number, which is made if need be; nil where there are too many.
  @inline(never)
  private mutating func page(_ number: Int64) -> Int? {
    if pageCount == 0 { directoryStart = number &- Int64(Self.directorySize / 2) }
    if let page = farPages[number] { return Int(page) }
    guard let page = makePage(number) else { return nil }
    let position = number &- directoryStart
    if UInt64(bitPattern: position) < UInt64(Self.directorySize) {
      directory[Int(position)] = Int32(page)
    } else {
      farPages[number] = Int32(page)
    }
    link(Int32(page), number)
    return page
  }

  /// Goes through the pages by rising price, loose ones left out.
  func forEachPage(_ body: (_ page: Int, _ firstTick: Int64) -> Void) {
    var page = lowest
    while page >= 0 {
      body(Int(page), numbers[Int(page)] &* 64)
      page = above[Int(page)]
    }
  }

  /// The page of that number, if there is one.
  func existingPage(_ number: Int64) -> Int? {
    let position = number &- directoryStart
    if UInt64(bitPattern: position) < UInt64(Self.directorySize) {
      let page = directory[Int(position)]
      return page < 0 ? nil : Int(page)
    }
    return farPages[number].map { Int($0) }
  }

  private mutating func makePage(_ number: Int64) -> Int? {
    guard pageCount < Self.maximumPages else { return nil }
    if pageCount == pageCapacity {
      let capacity = max(16, pageCapacity * 2)
      levels.grow(from: pageCapacity * Self.levelsPerPage, to: capacity * Self.levelsPerPage)
      occupied.grow(from: pageCapacity * 2, to: capacity * 2)
      numbers.grow(from: pageCapacity, to: capacity)
      below.grow(from: pageCapacity, to: capacity)
      above.grow(from: pageCapacity, to: capacity)
      pageCapacity = capacity
    }
    let page = pageCount
    pageCount += 1
    let first = page * Self.levelsPerPage
    (levels + first).initialize(
      repeating: Level(),
      count: Self.levelsPerPage
    )
    (occupied + page * 2).initialize(repeating: 0, count: 2)
    (numbers + page).initialize(to: number)
    (below + page).initialize(to: -1)
    (above + page).initialize(to: -1)
    return page
  }

  /// Puts a new page between its neighbours.
  private mutating func link(_ page: Int32, _ number: Int64) {
    var lower: Int32 = highest
    while lower >= 0, numbers[Int(lower)] > number { lower = below[Int(lower)] }
    let upper = lower >= 0 ? above[Int(lower)] : lowest
    below[Int(page)] = lower
    above[Int(page)] = upper
    if lower >= 0 { above[Int(lower)] = page } else { lowest = page }
    if upper >= 0 { below[Int(upper)] = page } else { highest = page }
  }

  /// The level of a price between two ticks.
  @inline(never)
  private mutating func looseLevel(of price: Int64, _ side: Side) -> Int? {
    if let level = loose.level(of: price) { return level + side.rawValue }
    if loose.count >= Self.maximumLooseLevels {
      let levels = levels
      loose.forget { levels[$0].orders == 0 && levels[$0 + 1].orders == 0 }
    }
    if loose.needsRoom {
      guard loose.count < Self.maximumLooseLevels, let page = makePage(Self.looseNumber) else {
        return nil
      }
      loose.addRoom(first: page * Self.levelsPerPage, count: Self.ticksPerPage)
    }
    return loose.insert(price) + side.rawValue
  }

  func save(to state: inout StateWriter) {
    state.put(pageCount)
    state.put(numbers, pageCount)
    state.put(levels, pageCount * Self.levelsPerPage)
    state.put(occupied, pageCount * 2)
    for level in [bestBid, bestAsk] { state.put(level) }
    for price in [bestBidPrice, bestAskPrice] { state.put(price) }
    loose.save(to: &state)
  }

  /// For a new ladder: pages that are made in the same order have the same numbers.
  mutating func restore(from state: inout StateReader) throws(StateError) {
    for _ in 0..<(try state.takeCount(of: 8)) {
      let number = try state.take(Int64.self)
      let page = number == Self.looseNumber ? makePage(number) : page(number)
      guard page != nil else { throw StateError() }
    }
    try state.take(into: levels, pageCount * Self.levelsPerPage)
    try state.take(into: occupied, pageCount * 2)
    let end = pageCount * Self.levelsPerPage
    bestBid = try state.take()
    bestAsk = try state.take()
    guard bestBid >= -1, bestAsk >= -1, max(bestBid, bestAsk) < end else { throw StateError() }
    bestBidPrice = try state.take()
    bestAskPrice = try state.take()
    try loose.restore(from: &state, below: end)
  }

  /// Takes all orders off; the pages stay.
  mutating func removeAll() {
    levels.update(
      repeating: Level(),
      count: pageCount * Self.levelsPerPage
    )
    occupied.update(repeating: 0, count: pageCount * 2)
    (bestBid, bestBidPrice) = (-1, .min)
    (bestAsk, bestAskPrice) = (-1, .max)
    loose.forget { _ in true }
  }

  // MARK: - The best

  @inline(__always)
  func best(_ side: Side) -> Int? {
    let level = side == .bid ? bestBid : bestAsk
    return level < 0 ? nil : level
  }

  @inline(__always)
  func bestPrice(_ side: Side) -> Int64 { side == .bid ? bestBidPrice : bestAskPrice }

  @inline(never)
  private mutating func findBestBid(from level: Int) {
    bestBid = (isLoose(level) ? outermost(.bid) : inward(of: level)) ?? -1
    bestBidPrice = bestBid < 0 ? .min : price(of: bestBid)
    if let other = loose.occupied(.bid).last, bestBid < 0 || other.price > bestBidPrice {
      bestBid = other.level
      bestBidPrice = other.price
    }
  }

  @inline(never)
  private mutating func findBestAsk(from level: Int) {
    bestAsk = (isLoose(level) ? outermost(.ask) : inward(of: level)) ?? -1
    bestAskPrice = bestAsk < 0 ? .max : price(of: bestAsk)
    if let other = loose.occupied(.ask).first, bestAsk < 0 || other.price < bestAskPrice {
      bestAsk = other.level
      bestAskPrice = other.price
    }
  }

  /// The next level with orders on the same side, away from the other side; not among loose ones.
  func inward(of level: Int) -> Int? {
    let side = Self.side(of: level)
    let lane = UInt64((level >> 1) & 63)
    // Shifting by 64 leaves nothing.
    let mask: UInt64 = side == .bid ? (1 << lane) - 1 : ~0 << (lane + 1)
    return next(from: level / Self.levelsPerPage, mask, side)
  }

  /// The level with the best price of a side, loose ones left out.
  func outermost(_ side: Side) -> Int? {
    let page = side == .bid ? highest : lowest
    return page < 0 ? nil : next(from: Int(page), .max, side)
  }

  private func next(from page: Int, _ mask: UInt64, _ side: Side) -> Int? {
    var page = page
    var mask = mask
    while page >= 0 {
      let bits = occupied[page &* 2 &+ side.rawValue] & mask
      if bits != 0 {
        let lane = side == .bid ? 63 - bits.leadingZeroBitCount : bits.trailingZeroBitCount
        return Self.level(page, lane, side)
      }
      page = Int((side == .bid ? below : above)[page])
      mask = .max
    }
    return nil
  }
}
