/// How many durations were within each of Hasura's bounds.
package struct DurationHistogram: Hashable, Sendable {
  /// The bounds, in nanoseconds and as the seconds that they are told as.
  static let bounds: [(nanoseconds: UInt64, seconds: String)] = [
    (10_000_000, "0.01"), (30_000_000, "0.03"), (100_000_000, "0.1"), (300_000_000, "0.3"),
    (1_000_000_000, "1"), (3_000_000_000, "3"), (10_000_000_000, "10"),
  ]

  /// Of each bound: the durations up to it that no lower bound has; at the end those beyond all.
  private var counts = [UInt64](repeating: 0, count: bounds.count + 1)
  private var sum: UInt64 = 0

  package init() {}

  package mutating func add(nanoseconds: UInt64) {
    let bound = Self.bounds.firstIndex { nanoseconds <= $0.nanoseconds } ?? Self.bounds.count
    counts[bound] &+= 1
    sum &+= nanoseconds
  }

  /// Appends its samples; Prometheus counts what is up to each bound.
  package func append(
    to text: inout PrometheusText,
    _ name: String,
    _ labels: [(name: String, value: String)]
  ) {
    var total: UInt64 = 0
    for (count, bound) in zip(counts, Self.bounds.map(\.seconds) + ["+Inf"]) {
      total &+= count
      text.sample(name + "_bucket", labels + [(name: "le", value: bound)], String(total))
    }
    var seconds: [UInt8] = []
    seconds.append(secondsOf: sum)
    text.sample(name + "_sum", labels, String(decoding: seconds, as: UTF8.self))
    text.sample(name + "_count", labels, String(total))
  }
}
