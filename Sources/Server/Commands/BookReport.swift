import JSON
import OrderBook
import Resolvers

/// What `apus book` says of a file.
struct BookReport {
  private var members = JSONObject()
  private let cellMilliseconds: String

  /// What a file says is told as a number; an option as it was written.
  init(path: String, options: OptionValues, grid: GridConfiguration?) {
    members.append("file", .string(FilePath(path).lastComponent))
    let isFromFile = options.isGiven(.instrumentFile) && !options.isGiven(.cellMilliseconds)
    let width = grid.map { "\(Double($0.cellWidth) / 1e6)" }
    cellMilliseconds = (isFromFile ? width : options.text(.cellMilliseconds)) ?? "100"
    // Without a grid the mode means nothing; what is printed then is what the reference prints.
    mode =
      grid?.mode.rawValue ?? (options.isGiven(.bookMode) ? options.text(.bookMode) : nil) ?? "event"
  }

  private let mode: String

  var compact: String { JSONValue.object(members).text }
  var indented: String { IndentedJSON.text(of: .object(members)) }

  mutating func add(_ name: String, _ value: JSONValue) { members.append(name, value) }

  mutating func add(_ replay: borrowing BookReplay, levels: Int) {
    add("mode", .string(mode))
    add("records", .integer(replay.records))
    add("events", .integer(replay.events))
    let actions = replay.actions.map { action in
      JSONObject.Member(key: String(action.action), value: .integer(action.count))
    }
    add("counts", .object(JSONObject(actions)))
    add("crossed_after_event", .integer(replay.crossed))
    let anomalies = replay.book.anomalies
    var errors: JSONObject = [
      "unknown_cancel": .integer(anomalies.unknownCancels),
      "over_cancel": .integer(anomalies.overCancels),
      "unknown_modify": .integer(anomalies.unknownModifies),
      "duplicate_add": .integer(anomalies.duplicateAdds),
    ]
    if anomalies.misfits > 0 { errors.append("misfit", .integer(anomalies.misfits)) }
    add("errors", .object(errors))
    add("orders_at_end", .integer(replay.book.orderCount))
    let bids = replay.book.levels(.bid, levels).map(Self.level)
    let asks = replay.book.levels(.ask, levels).map(Self.level)
    add("levels_at_end", ["B": .array(bids), "A": .array(asks)])
  }

  private static func level(_ level: OrderBook.LevelView) -> JSONValue {
    [.integer(level.price), .integer(level.quantity), .integer(level.orders)]
  }

  mutating func add(seconds: Double, records: Int) {
    add("seconds", .double(seconds))
    add("records_per_second", .double(seconds > 0 ? Double(records) / seconds : 0))
  }

  mutating func add(_ grid: GridConfiguration, bins: Int, flowDigest: String) {
    add("cell_width_ms", JSONNumber(cellMilliseconds).map(JSONValue.number) ?? .null)
    add("radius", .integer(grid.radius))
    add("tick", .integer(grid.tick))
    add("config", Self.parameters(grid))
    add("bin_count", .integer(bins))
    add("flow_digest", .string(flowDigest))
  }

  private static func parameters(_ grid: GridConfiguration) -> JSONValue {
    [
      "tau_velocity": .double(grid.velocityTau),
      "tau_acceleration": .double(grid.accelerationTau),
      "tau_jerk": .double(grid.jerkTau),
      "tau_rest_decay": .double(grid.restDecayTau),
      "rest_ms": .integer(grid.restMilliseconds),
      "c1_v_add": .double(grid.pressureWeights[0]),
      "c2_v_rest_pos": .double(grid.pressureWeights[1]),
      "c3_a_add": .double(grid.pressureWeights[2]),
      "c4_v_pull": .double(grid.vacuumWeights[0]),
      "c5_v_fill": .double(grid.vacuumWeights[1]),
      "c6_v_rest_neg": .double(grid.vacuumWeights[2]),
      "c7_a_pull": .double(grid.vacuumWeights[3]),
      "flow_windows": .array(grid.flowWindows.map { .integer($0) }),
      "flow_rollup_weights": .array(grid.flowRollupWeights.map { .double($0) }),
      "flow_derivative_weights": .array(grid.flowDerivativeWeights.map { .double($0) }),
      "flow_tanh_scale": .double(grid.flowTanhScale),
      "flow_neutral_threshold": .double(grid.flowNeutralThreshold),
      "flow_zscore_window_bins": .integer(grid.flowZScoreWindow),
      "flow_zscore_min_periods": .integer(grid.flowZScoreMinimum),
    ]
  }
}

extension JSONValue {
  /// A number that is a Double by nature, with as few digits as tell it from all others.
  static func double(_ value: Double) -> JSONValue {
    JSONNumber("\(value)").map(JSONValue.number) ?? .null
  }
}
