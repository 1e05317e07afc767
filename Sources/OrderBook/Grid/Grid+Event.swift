import Glibc

/// Event mode: the formulas at each record, with the time since the tick's last one.
extension Grid {
  /// Moves a tick by a record's flow.
  ///
  /// Records of one nanosecond add to the masses and do not move the chains.
  @inline(never)
  func move(
    _ tick: Int,
    _ added: Double,
    _ pulled: Double,
    _ filled: Double,
    _ ladder: borrowing PriceLadder
  ) {
    let page = tick >> 6
    let state = cells.channel(0, of: page) + (tick & 63)
    let last = cells.times[tick]
    cells.existing[page] |= 1 << UInt64(tick & 63)
    let levels = ladder.levels + tick * 2
    let (bid, ask) = (Double(levels[0].quantity), Double(levels[1].quantity))
    let width = CellPages.ticks
    if last > 0, time > last {
      let rates = ChainRates(taus, seconds: Double(time - last) / 1e9)
      state[0] = state[0] * rates.decay + added
      state[width] = state[width] * rates.decay + pulled
      state[2 * width] = state[2 * width] * rates.decay + filled
      let seconds = rates.seconds
      follow(state, 0, added / seconds, rates)
      follow(state, 1, pulled / seconds, rates)
      follow(state, 2, filled / seconds, rates)
      follow(state, 3, (bid - state[3 * width]) / seconds, rates)
      follow(state, 4, (ask - state[4 * width]) / seconds, rates)
    } else {
      state[0] += added
      state[width] += pulled
      state[2 * width] += filled
    }
    state[3 * width] = bid
    state[4 * width] = ask
    cells.times[tick] = time
  }

  /// Moves velocity, acceleration and jerk of a chain toward a rate.
  @inline(__always)
  private func follow(
    _ state: UnsafeMutablePointer<Double>,
    _ chain: Int,
    _ rate: Double,
    _ rates: ChainRates
  ) {
    let width = CellPages.ticks
    let v = state + (CellPages.Channel.velocity + chain) * width
    let a = state + (CellPages.Channel.acceleration + chain) * width
    let j = state + (CellPages.Channel.jerk + chain) * width
    let (oldV, oldA) = (v.pointee, a.pointee)
    v.pointee = rates.velocity * rate + (1 - rates.velocity) * oldV
    let seconds = rates.seconds
    a.pointee =
      rates.acceleration * ((v.pointee - oldV) / seconds) + (1 - rates.acceleration) * oldA
    j.pointee = rates.jerk * ((a.pointee - oldA) / seconds) + (1 - rates.jerk) * j.pointee
  }

  /// Brings the ticks of a page that records have touched to a bin's end.
  func advance(_ page: Int, to end: UInt64) {
    var bits = cells.existing[page]
    let times = cells.times + page * CellPages.ticks
    while bits != 0 {
      let lane = bits.trailingZeroBitCount
      bits &= bits &- 1
      let last = times[lane]
      guard last > 0, last < end else { continue }
      let state = cells.channel(0, of: page) + lane
      // Most were brought to the end of the bin before.
      let rates =
        end - last == cellWidth
        ? self.rates : ChainRates(taus, seconds: Double(end - last) / 1e9)
      for mass in 0..<3 { state[mass * CellPages.ticks] *= rates.decay }
      for chain in 0..<5 { follow(state, chain, 0, rates) }
      if binCount & 63 == lane { settle(state) }
      times[lane] = end
    }
  }

  /// What has decayed beyond all measure becomes 0, before processors become slow with it.
  private func settle(_ state: UnsafeMutablePointer<Double>) {
    for channel in 0..<CellPages.Channel.count where abs(state[channel * CellPages.ticks]) < 1e-150
    {
      state[channel * CellPages.ticks] = 0
    }
  }

  /// Takes the depths of a page's ticks as they are, without moving anything.
  func takeDepths(of page: Int, _ ticks: UInt64, _ ladder: borrowing PriceLadder) {
    let levels = ladder.levels + page * PriceLadder.levelsPerPage
    var bits = ticks
    while bits != 0 {
      let lane = bits.trailingZeroBitCount
      bits &= bits &- 1
      cells.channel(CellPages.Channel.bidDepth, of: page)[lane] = Double(levels[lane * 2].quantity)
      cells.channel(CellPages.Channel.askDepth, of: page)[lane] =
        Double(levels[lane * 2 + 1].quantity)
    }
  }
}
