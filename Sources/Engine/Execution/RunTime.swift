/// How long a plan's statements take, to tell the quick ones from the rest.
///
/// Quick ones go where statements are planned once for all values. What that saves is a part of a
/// quick statement, and what it can cost where the values matter is without bound: so both ways are
/// measured, and a plan that does worse there comes back, for longer each time.
///
/// The fastest of recent runs counts: what ran on a busy machine says nothing about the statements.
/// It is forgotten slowly, so that a table that grows is noticed.
struct RunTime: Sendable {
  private static let limit = Duration.milliseconds(5)
  /// How many runs it takes to judge the quick way.
  private static let trial = 16
  private static let longestPause = 4096

  /// Whether the next run goes the quick way; not before it has run once.
  private(set) var isQuick = false
  /// The fastest of recent runs, by the ordinary way and by the quick one.
  private var ordinary: Duration?
  private var quick: Duration?
  private var quickRuns = 0
  private var slowInARow = 0
  /// How many more runs go the ordinary way before the quick one is tried again.
  private var pause = 0
  private var nextPause = 64

  mutating func note(_ elapsed: Duration, asQuick: Bool) {
    if asQuick { noteQuick(elapsed) } else { noteOrdinary(elapsed) }
  }

  private mutating func noteOrdinary(_ elapsed: Duration) {
    let fastest = Self.fastest(ordinary, elapsed)
    ordinary = fastest
    pause = max(pause - 1, 0)
    // What was on its way when the decision fell does not change it.
    if !isQuick, pause == 0, fastest < Self.limit { beginTrial() }
  }

  private mutating func noteQuick(_ elapsed: Duration) {
    guard isQuick else { return }
    let fastest = Self.fastest(quick, elapsed)
    quick = fastest
    quickRuns += 1
    slowInARow = elapsed > Self.limit ? slowInARow + 1 : 0
    let isWorse = ordinary.map { fastest > $0 + $0 / 4 + .microseconds(100) } ?? false
    if slowInARow >= 3 || (quickRuns >= Self.trial && isWorse) { endTrial() }
  }

  private mutating func beginTrial() {
    isQuick = true
    quick = nil
    quickRuns = 0
    slowInARow = 0
  }

  private mutating func endTrial() {
    isQuick = false
    ordinary = nil
    pause = nextPause
    nextPause = min(nextPause * 2, Self.longestPause)
  }

  private static func fastest(_ known: Duration?, _ elapsed: Duration) -> Duration {
    known.map { min($0 + $0 / 64, elapsed) } ?? elapsed
  }
}
