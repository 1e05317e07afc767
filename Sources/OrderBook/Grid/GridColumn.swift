/// A column of the grid with a number for each tick of the window.
package enum GridColumn: Int, CaseIterable, Sendable {
  // In the order of the wire.
  case addMass, pullMass, fillMass, restDepth, bidDepth, askDepth
  case addVelocity, pullVelocity, fillVelocity, restVelocity, bidVelocity, askVelocity
  case addAcceleration, pullAcceleration, fillAcceleration
  case restAcceleration, bidAcceleration, askAcceleration
  case addJerk, pullJerk, fillJerk, restJerk, bidJerk, askJerk

  package var name: String {
    if rawValue < 6 {
      return ["add_mass", "pull_mass", "fill_mass", "rest_depth", "bid_depth", "ask_depth"][
        rawValue
      ]
    }
    let signal = ["add", "pull", "fill", "rest_depth", "bid_depth", "ask_depth"][rawValue % 6]
    return ["", "v_", "a_", "j_"][rawValue / 6] + signal
  }
}

/// A column of whole numbers for each tick of the window.
package enum GridCount: Int, CaseIterable, Sendable {
  case lastEvent, added, pulled, filled, bidQuantity, askQuantity, resting, bidOrders, askOrders

  package var name: String {
    [
      "last_event_id", "add_qty", "pull_qty", "fill_qty", "bid_qty", "ask_qty", "rest_qty",
      "bid_orders", "ask_orders",
    ][rawValue]
  }
}

/// A feature made of the columns over the bins so far.
package enum GoldColumn: Int, CaseIterable, Sendable {
  case pressure, vacuum, compositeRaw, composite
  case compositeVelocity, compositeAcceleration, compositeJerk
  case stateCode, flowScore, flowStateCode

  package var name: String {
    [
      "pressure_variant", "vacuum_variant", "composite_raw", "composite", "composite_d1",
      "composite_d2", "composite_d3", "state5_code", "flow_score", "flow_state_code",
    ][rawValue]
  }

  /// Whether its numbers are whole.
  package var isCode: Bool { self == .stateCode || self == .flowStateCode }
}
