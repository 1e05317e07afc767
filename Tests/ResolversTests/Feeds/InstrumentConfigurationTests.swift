import OrderBook
import Resolvers
import Testing

@Suite struct InstrumentConfigurationTests {
  private func read(_ text: String) throws -> InstrumentConfiguration {
    try InstrumentConfiguration(Array(text.utf8), file: "a.yaml")
  }

  private func problems(_ text: String) -> [String] {
    do throws(InstrumentConfiguration.Failure) {
      _ = try InstrumentConfiguration(Array(text.utf8), file: "a.yaml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func readsWhatIsSetAndKeepsTheRest() throws {
    let configuration = try read(
      """
      instrument: ZN
      tick: 0.015625
      mode: event
      cell_width_ms: 37.5
      grid_radius_ticks: 12
      tau_jerk: 8
      flow_windows: [3, 9]
      flow_rollup_weights: [2, 1]
      """
    )
    var grid = GridConfiguration()
    grid.tick = 15_625_000
    grid.mode = .event
    grid.cellWidth = 37_500_000
    grid.radius = 12
    grid.jerkTau = 8
    grid.flowWindows = [3, 9]
    grid.flowRollupWeights = [2, 1]
    #expect(configuration.instrument == "ZN")
    #expect(configuration.grid == grid)
  }

  @Test func theFileOfTheRepositorySaysTheDefaults() throws {
    let path = Repository.root.appending("config/instruments/MNQ.yaml")
    let configuration = try InstrumentConfiguration(path.contents(), file: path.text)
    #expect(configuration.grid == GridConfiguration())
  }

  @Test func namesEveryProblemWithItsLine() {
    #expect(
      problems(
        """
        instrument: X
        tick: -1

        radius: 5
        grid_radius_ticks: many
        tau_velocity: 0
        flow_windows: 5
        mode: [bin]
        pressure_weights: [1, 2]
        """
      ) == [
        "line 2: tick: '-1' is no tick; it is a decimal above 0 with at most 9 digits after the point",
        "line 4: radius: there is no such setting; there are instrument, tick, mode, cell_width_ms, "
          + "grid_radius_ticks, rest_ms, tau_velocity, tau_acceleration, tau_jerk, tau_rest_decay, "
          + "pressure_weights, vacuum_weights, flow_windows, flow_rollup_weights, "
          + "flow_derivative_weights, flow_tanh_scale, flow_neutral_threshold, "
          + "flow_zscore_window_bins, flow_zscore_min_periods",
        "line 5: grid_radius_ticks: a whole number from 0 to 10000 is wanted",
        "line 6: tau_velocity: a number from 0.001 to 86400.0 is wanted",
        "line 7: flow_windows: a list is wanted",
        "line 8: mode: one value is wanted",
        "line 9: pressure_weights: a list of 3 numbers from 0 to 1000000 is wanted, not all of them 0",
      ]
    )
  }

  @Test(
    arguments: [
      ("", ["instrument is missing", "tick is missing"]),
      ("instrument: X\ntick: 1\ntick: 2", ["line 3: tick is set twice"]),
      ("instrument: X\ntick: {a: 1}", ["line 2: tick is a plain value, or a list of them"]),
      ("- 1", ["line 1: settings are written as name: value"]),
      (
        "instrument: X\ntick: 1\nflow_windows: [1]",
        ["line 3: flow_rollup_weights: 4 weights for 1 flow_windows"]
      ),
      (
        "instrument: X\ntick: 1\nflow_zscore_window_bins: 10",
        ["line 3: flow_zscore_min_periods: more than flow_zscore_window_bins"]
      ),
      (
        "tick: 0.0000000001\ninstrument: X",
        [
          "line 1: tick: '0.0000000001' is no tick; it is a decimal above 0 with at most 9 digits "
            + "after the point"
        ]
      ),
    ] as [(String, [String])]
  )
  func refusesWhatCannotBe(text: String, expected: [String]) {
    #expect(problems(text) == expected)
  }
}
