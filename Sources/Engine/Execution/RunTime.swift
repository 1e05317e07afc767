/// How long a plan's statements take, to tell the quick ones from the rest.
///
/// The fastest of recent runs counts: what waited for others, or ran on a busy machine, says nothing
/// about the statements. It is forgotten slowly, so that a table that grows is noticed.
struct RunTime: Sendable {
  private static let limit = Duration.milliseconds(5)

  private var fastest: Duration?

  /// Whether others may wait behind it on a connection; not before it has run once.
  var isBrief: Bool { fastest.map { $0 < Self.limit } ?? false }

  mutating func note(_ elapsed: Duration) {
    fastest = fastest.map { min($0 + $0 / 64, elapsed) } ?? elapsed
  }
}
