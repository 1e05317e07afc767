package import OrderBook

/// A feed as the messages of `/v1/stream`, in qMachina's layout.
///
/// One `runtime_config`, then for each bin a `grid_update`, both JSON, and the bin's columns as an
/// Arrow IPC stream.
package struct GridStream: Sendable {
  /// The columns that say the same in every row: what the best prices did.
  private enum Label: String, CaseIterable {
    case askMove = "best_ask_move_ticks"
    case bidMove = "best_bid_move_ticks"
    case askSign = "ask_reprice_sign"
    case bidSign = "bid_reprice_sign"
    case microstate = "microstate_id"
    case chaseUp = "chase_up_flag"
    case chaseDown = "chase_down_flag"

    var type: ArrowStream.ValueType {
      self == .askMove || self == .bidMove ? .int(bits: 32) : .int(bits: 8)
    }

    func value(_ header: GridFrame.Header) -> Int {
      switch self {
      case .askMove: header.askMove
      case .bidMove: header.bidMove
      case .askSign: header.askSign
      case .bidSign: header.bidSign
      case .microstate: header.microstate
      case .chaseUp: header.chasesUp ? 1 : 0
      case .chaseDown: header.chasesDown ? 1 : 0
      }
    }
  }

  private enum Source {
    case field(GridField)
    case label(Label)
  }

  private let feed: String
  private let instrument: String
  private let grid: GridConfiguration
  private let sources: [Source]
  private let arrow: ArrowStream

  /// With `wantsGold`, the derived columns stand behind the others.
  package init(feed: String, instrument: String, _ grid: GridConfiguration, wantsGold: Bool) {
    self.feed = feed
    self.instrument = instrument
    self.grid = grid
    var sources: [Source] = [.field(.row)]
    sources += GridColumn.allCases.map { .field(.column($0)) }
    sources.append(.field(.count(.lastEvent)))
    sources += Label.allCases.map { .label($0) }
    sources += GridCount.allCases.filter { $0 != .lastEvent }.map { .field(.count($0)) }
    if wantsGold { sources += GoldColumn.allCases.map { .field(.gold($0)) } }
    self.sources = sources
    arrow = ArrowStream(
      sources.map { source in
        switch source {
        case .field(.row): ArrowStream.Column("k", .int(bits: 32))
        case .field(.count(let count)): ArrowStream.Column(count.name, .int(bits: 64))
        case .field(let field): ArrowStream.Column(field.name, .double)
        case .label(let label): ArrowStream.Column(label.rawValue, label.type)
        }
      }
    )
  }

  // MARK: - JSON

  /// What the client is told first.
  package var runtimeConfig: [UInt8] {
    var text = TextBuffer()
    text.append(#"{"type":"runtime_config","feed":"#)
    text.append(quoting: feed)
    text.append(#","instrument":"#)
    text.append(quoting: instrument)
    text.append(
      """
      ,"mode":"\(grid.mode.rawValue)","tick_size":\(PriceText.text(grid.tick)),\
      "tick_int":"\(grid.tick)","cell_width_ms":\(Double(grid.cellWidth) / 1e6),\
      "grid_radius_ticks":\(grid.radius),"rest_ms":\(grid.restMilliseconds),\
      "tau_velocity":\(grid.velocityTau),"tau_acceleration":\(grid.accelerationTau),\
      "tau_jerk":\(grid.jerkTau),"tau_rest_decay":\(grid.restDecayTau),\
      "pressure_weights":\(grid.pressureWeights),"vacuum_weights":\(grid.vacuumWeights),\
      "flow_windows":\(grid.flowWindows),"flow_rollup_weights":\(grid.flowRollupWeights),\
      "flow_derivative_weights":\(grid.flowDerivativeWeights),\
      "flow_tanh_scale":\(grid.flowTanhScale),\
      "flow_neutral_threshold":\(grid.flowNeutralThreshold),\
      "flow_zscore_window_bins":\(grid.flowZScoreWindow),\
      "flow_zscore_min_periods":\(grid.flowZScoreMinimum),"columns":[
      """
    )
    text.append(arrow.columns) { text, column in
      text.append(#"{"name":"\#(column.name)","type":"\#(column.type.name)"}"#)
    }
    text.append("]}")
    return text.bytes
  }

  /// The last message of a feed that has failed.
  package static func error(_ reason: String) -> [UInt8] {
    var text = TextBuffer()
    text.append(#"{"type":"error","message":"#)
    text.append(quoting: reason)
    text.append("}")
    return text.bytes
  }

  /// A bin's messages: its header, then its columns.
  package func messages(of bin: FeedBin, skipped: Int) -> [[UInt8]] {
    [gridUpdate(bin, skipped: skipped), columns(of: bin.snapshot)]
  }

  private func gridUpdate(_ bin: FeedBin, skipped: Int) -> [UInt8] {
    let header = bin.snapshot.header
    var text = TextBuffer()
    text.append(
      """
      {"type":"grid_update","ts_ns":"\(header.end)","bin_seq":\(header.sequence),\
      "bin_start_ns":"\(header.start)","bin_end_ns":"\(header.end)",\
      "bin_event_count":\(header.eventCount),"event_id":"\(header.eventID)",\
      "mid_price":\(header.midPrice),"spot_ref_price_int":"\(header.spotPrice)",\
      "best_bid_price_int":"\(header.bestBid)","best_ask_price_int":"\(header.bestAsk)",\
      "book_valid":\(header.isBookValid),"skipped":\(skipped),"ended_at_ns":"\(bin.endedAt)"}
      """
    )
    return text.bytes
  }

  // MARK: - Arrow

  private func columns(of snapshot: GridSnapshot) -> [UInt8] {
    arrow.stream(rows: snapshot.rows) { index, bytes in
      switch sources[index] {
      case .field(.row):
        for row in -snapshot.radius...snapshot.radius { bytes.append(value: Int32(row)) }
      case .field(.column(let column)): bytes.append(values: snapshot.values(of: column))
      case .field(.count(let count)): bytes.append(values: snapshot.values(of: count))
      case .field(.gold(let column)): bytes.append(values: snapshot.values(of: column))
      case .label(let label):
        let value = label.value(snapshot.header)
        for _ in 0..<snapshot.rows {
          if label.type == .int(bits: 32) {
            bytes.append(value: Int32(clamping: value))
          } else {
            bytes.append(value: Int8(clamping: value))
          }
        }
      }
    }
  }
}

extension [UInt8] {
  /// Numbers in the order of their bytes in memory, which is little-endian on all that Swift runs on.
  fileprivate mutating func append<Value: BitwiseCopyable>(values: ArraySlice<Value>) {
    values.withUnsafeBytes { append(contentsOf: $0) }
  }

  fileprivate mutating func append<Value: BitwiseCopyable>(value: Value) {
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }
}
