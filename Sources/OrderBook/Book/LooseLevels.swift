/// The levels of prices that are no multiples of the tick.
///
/// There are none where the tick is right. They are found in a dictionary, and those with orders
/// stand sorted by price, which is slow and short.
struct LooseLevels {
  struct Entry: BitwiseCopyable {
    var price: Int64
    var level: Int
  }

  /// The level of a price's bids; that of its asks is the next.
  private var levels: [Int64: Int] = [:]
  private var prices: [Int: Int64] = [:]
  private var room: [Int] = []
  private var bids: [Entry] = []
  private var asks: [Entry] = []

  var count: Int { levels.count }
  var needsRoom: Bool { room.isEmpty }

  func level(of price: Int64) -> Int? { levels[price] }
  func price(of level: Int) -> Int64 { prices[level & ~1] ?? 0 }

  /// Those of a side that have orders, by rising price.
  func occupied(_ side: Side) -> [Entry] { side == .bid ? bids : asks }

  mutating func addRoom(first: Int, count: Int) {
    room += (0..<count).reversed().map { first + $0 * 2 }
  }

  /// Gives a price a level; there has to be room.
  mutating func insert(_ price: Int64) -> Int {
    let level = room.removeLast()
    levels[price] = level
    prices[level] = price
    return level
  }

  /// Takes the levels back that meet a condition; none of them has orders, or nobody asks again.
  mutating func forget(_ condition: (Int) -> Bool) {
    guard !levels.isEmpty else { return }
    for (price, level) in levels where condition(level) {
      levels[price] = nil
      prices[level] = nil
      room.append(level)
    }
    bids.removeAll { levels[$0.price] == nil }
    asks.removeAll { levels[$0.price] == nil }
  }

  func save(to state: inout StateWriter) {
    state.put(prices.map { Entry(price: $0.value, level: $0.key) })
    state.put(room)
    state.put(bids)
    state.put(asks)
  }

  mutating func restore(from state: inout StateReader, below end: Int) throws(StateError) {
    let known = try state.takeArray(of: Entry.self)
    room = try state.takeArray()
    bids = try state.takeArray()
    asks = try state.takeArray()
    guard (known + bids + asks).allSatisfy({ (0..<end).contains($0.level) }),
      room.allSatisfy((0..<end).contains)
    else { throw StateError() }
    levels = Dictionary(known.map { ($0.price, $0.level) }, uniquingKeysWith: { $1 })
    prices = Dictionary(known.map { ($0.level, $0.price) }, uniquingKeysWith: { $1 })
  }

  /// A level has its first order.
  mutating func occupy(_ level: Int, _ price: Int64) {
    let entry = Entry(price: price, level: level)
    if level & 1 == 0 {
      bids.insert(entry, at: Self.position(of: price, in: bids))
    } else {
      asks.insert(entry, at: Self.position(of: price, in: asks))
    }
  }

  /// A level has lost its last order.
  mutating func vacate(_ level: Int) {
    let price = price(of: level)
    if level & 1 == 0 {
      bids.remove(at: Self.position(of: price, in: bids))
    } else {
      asks.remove(at: Self.position(of: price, in: asks))
    }
  }

  /// Where a price stands, or would.
  private static func position(of price: Int64, in entries: [Entry]) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].price < price { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
