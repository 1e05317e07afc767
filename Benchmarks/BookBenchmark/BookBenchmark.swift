import CBookPass
import CMallocCount
import OrderBook

/// What decoding, the book and the grid cost: `book-benchmark [WORK…] FILE…`, files of make_mbo.py.
///
/// Each file is read once before it is measured, so that it comes from memory. Figures are the best
/// of some runs, of one thread; decompression has a thread of its own.
@main struct BookBenchmark {
  private enum Work: String, CaseIterable {
    case pass, decode, book, grid, gold, event

    var title: String {
      switch self {
      case .pass: "plain pass in C"
      case .decode: "decode"
      case .book: "book"
      case .grid: "book and grid, bin mode"
      case .gold: "book, grid and gold, bin mode"
      case .event: "book and grid, event mode"
      }
    }
  }

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let named = arguments.compactMap(Work.init)
    for path in arguments where Work(rawValue: path) == nil {
      print(path)
      let isCompressed = try isCompressed(path)
      for work in named.isEmpty ? Work.allCases : named {
        switch work {
        case .pass where isCompressed: continue
        case .pass: try measure(work.title) { try plainPass(path) }
        case .decode: try measure(work.title) { try decode(path) }
        default: try measure(work.title) { try book(path, work) }
        }
      }
    }
  }

  private static func isCompressed(_ path: String) throws -> Bool {
    try DBNReader(path: path).isCompressed
  }

  private static func measure(_ name: String, _ body: () throws -> Int) throws {
    var best = Duration.seconds(1_000_000)
    var records = 0
    var allocations: UInt = .max
    for _ in 0..<3 {
      let before = malloc_count()
      let started = ContinuousClock.now
      records = try body()
      best = min(best, ContinuousClock.now - started)
      allocations = min(allocations, malloc_count() - before)
    }
    let seconds = best / .seconds(1)
    let rate = Double(records) / seconds / 1e6
    let hundredths = Int((rate * 100).rounded())
    let name = name + String(repeating: " ", count: max(0, 32 - name.count))
    print(
      "  \(name)\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) M records/s,"
        + " \(Int(seconds * 1e9 / Double(max(records, 1)) * 10) / 10) ns each,"
        + " \(allocations) allocations in \(records) records"
    )
  }

  private static func plainPass(_ path: String) throws -> Int {
    let file = try MappedFile(path)
    var records = 0
    // The file is handed out in pieces; the pass takes it whole.
    var sum: UInt = 0
    records += Int(plain_pass(file.whole.baseAddress, file.whole.count, &sum))
    precondition(sum != 1)
    return records
  }

  private static func decode(_ path: String) throws -> Int {
    var reader = try DBNReader(path: path)
    let tally = try RecordTally(&reader)
    precondition(tally.sum != 1)
    return tally.records
  }

  private static func book(_ path: String, _ work: Work) throws -> Int {
    var reader = try DBNReader(path: path)
    var configuration = BookReplay.Configuration()
    if work != .book {
      var grid = GridConfiguration()
      grid.mode = work == .event ? .event : .bin
      configuration.grid = grid
      configuration.wantsGold = work == .gold
    }
    var replay = BookReplay(configuration)
    var bins = 0
    _ = try replay.run(&reader) { _ in bins += 1 }
    replay.finish { _ in bins += 1 }
    precondition(work == .book || bins > 0)
    return replay.records
  }
}
