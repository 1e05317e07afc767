/// The end of a bin in bin mode: the same formulas for every tick, on vectors of eight.
extension Grid {
  /// Brings the ticks of a page to the end of the bin.
  func step(_ page: Int, _ book: borrowing OrderBook) {
    let touched = cells.touched[page]
    let depths = depthsToTake
    guard touched != 0 || depths.all || cells.live[page] != 0 else { return }
    cells.existing[page] |= touched
    let existing = cells.existing[page]
    // What moves the chains, for the ticks where it is not 0: per second, and the flows themselves.
    let inputs = cells.inputs
    let changed = depths.all ? existing : touched
    if changed != 0 {
      inputs.update(repeating: 0, count: CellPages.inputCount)
      gather(page, changed, book, follows: depths.follow, into: inputs)
      cells.live[page] |= Self.groups(of: changed)
    }
    var groups = cells.live[page]
    while groups != 0 {
      let group = groups.trailingZeroBitCount
      groups &= groups &- 1
      move(page, lane: group * 8, changed != 0 ? inputs : nil)
    }
    if binCount & 63 == page & 63 { settle(page) }
  }

  /// A bit for each eight ticks of which one is set.
  private static func groups(of ticks: UInt64) -> UInt64 {
    var groups: UInt64 = 0
    for group in 0..<8 where ticks >> UInt64(group * 8) & 0xFF != 0 { groups |= 1 << UInt64(group) }
    return groups
  }

  /// Flows in rows 0 to 2, the rates of all five chains in rows 3 to 7; takes the depths.
  private func gather(
    _ page: Int,
    _ changed: UInt64,
    _ book: borrowing OrderBook,
    follows: Bool,
    into inputs: UnsafeMutablePointer<Double>
  ) {
    let flows = cells.flows + page * CellPages.ticks
    let levels = book.ladder.levels + page * PriceLadder.levelsPerPage
    let bids = cells.channel(CellPages.Channel.bidDepth, of: page)
    let asks = cells.channel(CellPages.Channel.askDepth, of: page)
    let isLoose = book.ladder.isLoosePage(page)
    let perSecond = rates.perSecond
    var bits = changed
    while bits != 0 {
      let lane = bits.trailingZeroBitCount
      bits &= bits &- 1
      let flow = flows[lane]
      let (added, pulled, filled) = (Double(flow.added), Double(flow.pulled), Double(flow.filled))
      inputs[lane] = added
      inputs[64 + lane] = pulled
      inputs[128 + lane] = filled
      inputs[192 + lane] = added * perSecond
      inputs[256 + lane] = pulled * perSecond
      inputs[320 + lane] = filled * perSecond
      let bid = isLoose ? 0 : Double(levels[lane * 2].quantity)
      let ask = isLoose ? 0 : Double(levels[lane * 2 + 1].quantity)
      if follows {
        inputs[384 + lane] = (bid - bids[lane]) * perSecond
        inputs[448 + lane] = (ask - asks[lane]) * perSecond
      }
      bids[lane] = bid
      asks[lane] = ask
    }
  }

  /// Moves eight ticks: masses, then velocity, acceleration and jerk of each chain.
  @inline(__always)
  private func move(_ page: Int, lane: Int, _ inputs: UnsafeMutablePointer<Double>?) {
    typealias Vector = SIMD8<Double>
    let stride = CellPages.ticks * MemoryLayout<Double>.stride
    let state = UnsafeMutableRawPointer(cells.channel(0, of: page) + lane)
    let input = inputs.map { UnsafeRawPointer($0 + lane) }
    let decay = Vector(repeating: rates.decay)
    for mass in 0..<3 {
      let old = state.loadUnaligned(fromByteOffset: mass * stride, as: Vector.self)
      var new = old * decay
      if let input { new += input.loadUnaligned(fromByteOffset: mass * stride, as: Vector.self) }
      state.storeBytes(of: new, toByteOffset: mass * stride, as: Vector.self)
    }
    let (toV, toA, toJ) = (rates.velocity, rates.acceleration, rates.jerk)
    // Toward a difference for each second.
    let (toAPerSecond, toJPerSecond) = (toA * rates.perSecond, toJ * rates.perSecond)
    for chain in 0..<5 {
      let (v, a, j) = ((5 + chain) * stride, (10 + chain) * stride, (15 + chain) * stride)
      let oldV = state.loadUnaligned(fromByteOffset: v, as: Vector.self)
      let oldA = state.loadUnaligned(fromByteOffset: a, as: Vector.self)
      let oldJ = state.loadUnaligned(fromByteOffset: j, as: Vector.self)
      var newV = (1 - toV) * oldV
      if let input {
        let rate = input.loadUnaligned(fromByteOffset: (3 + chain) * stride, as: Vector.self)
        newV = toV * rate + newV
      }
      let newA = toAPerSecond * (newV - oldV) + (1 - toA) * oldA
      let newJ = toJPerSecond * (newA - oldA) + (1 - toJ) * oldJ
      state.storeBytes(of: newV, toByteOffset: v, as: Vector.self)
      state.storeBytes(of: newA, toByteOffset: a, as: Vector.self)
      state.storeBytes(of: newJ, toByteOffset: j, as: Vector.self)
    }
  }

  /// Every 64 bins: what has decayed beyond all measure becomes 0, before it becomes a number that
  /// processors are slow with; groups of ticks without anything else are left alone from then on.
  private func settle(_ page: Int) {
    let state = cells.channel(0, of: page)
    var live: UInt64 = 0
    for channel in 0..<CellPages.Channel.count {
      for lane in 0..<CellPages.ticks {
        let index = channel * CellPages.ticks + lane
        let isDepth =
          channel == CellPages.Channel.bidDepth || channel == CellPages.Channel.askDepth
        if abs(state[index]) < 1e-150 {
          state[index] = 0
        } else if !isDepth {
          live |= 1 << UInt64(lane >> 3)
        }
      }
    }
    cells.live[page] = live
  }
}
