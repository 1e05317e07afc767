/// Bars of open, high, low and close, made of an instrument's trades.
///
/// A bar begins at a multiple of its width; where nothing traded there is none. Trades without a price
/// are left out.
package struct TradeBars: Sendable {
  package struct Bar: Hashable, BitwiseCopyable, Sendable {
    /// In nanoseconds since 1970.
    package var start: UInt64
    /// Prices in units of 1e-9.
    package var open: Int64
    package var high: Int64
    package var low: Int64
    package var close: Int64
    package var volume: UInt64
    package var trades: Int
    /// The sum of price and size, in units of 1e-9.
    package var value: Int128

    /// A bar of one trade.
    init(start: UInt64, price: Int64, size: UInt32) {
      self.start = start
      open = price
      high = price
      low = price
      close = price
      volume = UInt64(size)
      trades = 1
      value = Int128(price) * Int128(size)
    }
  }

  private let width: UInt64
  private var current: Bar?
  private var done: [Bar] = []

  init(width: UInt64?) {
    self.width = width ?? 0
  }

  var isWanted: Bool { width > 0 }

  @inline(never)
  mutating func take(price: Int64, size: UInt32, at time: UInt64) {
    guard price != MBORecord.undefinedPrice, price > 0 else { return }
    let start = time - time % width
    if let bar = current, bar.start != start { end() }
    guard var bar = current else {
      current = Bar(start: start, price: price, size: size)
      return
    }
    bar.high = max(bar.high, price)
    bar.low = min(bar.low, price)
    bar.close = price
    bar.volume &+= UInt64(size)
    bar.trades &+= 1
    bar.value += Int128(price) * Int128(size)
    current = bar
  }

  /// Bars that have ended are the caller's to have taken.
  func save(to state: inout StateWriter) { state.put(current.map { [$0] } ?? []) }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    current = try state.takeArray(of: Bar.self).first
  }

  private mutating func end() {
    if let current { done.append(current) }
    current = nil
  }

  /// Hands out the bars that have ended by a time, once; with `everything`, the one under way too.
  package mutating func take(endedBy time: UInt64, everything: Bool = false) -> [Bar] {
    if let current, everything || time >= current.start &+ width { end() }
    defer { done.removeAll() }
    return done
  }
}
