import Glibc
import JSON
import OrderBook
import Resolvers

/// `apus book`: the order book and the grid of one instrument of a file, as JSON.
///
/// The summary is printed; with `--out` the whole result, every bin included, is written to a file.
struct BookCommand {
  let path: String
  let options: OptionValues

  func run() throws {
    let configuration = try replayConfiguration()
    let quotes = SHA256Stream()
    let flows = SHA256Stream()
    var replay = BookReplay(
      configuration,
      quotes: LineSink { quotes.update($0) },
      flows: configuration.grid == nil ? nil : LineSink { flows.update($0) }
    )
    let output = options.text(.out)
    var bins = BinText()
    var failure: (any Error)?
    let started = ContinuousClock.now
    var reader = try DBNReader(path: path)
    let keep: (GridFrame) -> Void = output == nil ? { _ in } : { bins.append($0) }
    do {
      _ = try replay.run(&reader, onBin: keep)
    } catch {
      // What came before it is a result, which is printed first.
      failure = error
    }
    replay.finish(onBin: keep)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    var report = BookReport(path: path, options: options, grid: configuration.grid)
    report.add(replay, levels: options.number(.levels) ?? 10)
    report.add("bbo_digest", .string(quotes.finish()))
    report.add("orders_digest", .string(ordersDigest(of: replay)))
    if output == nil {
      report.add(seconds: seconds, records: replay.records)
    }
    if let grid = configuration.grid {
      report.add(grid, bins: replay.binCount, flowDigest: flows.finish())
    }
    if let output {
      try write(report, bins, hasBins: configuration.grid != nil, to: FilePath(output))
      report.add(seconds: seconds, records: replay.records)
    }
    Terminal.print(report.indented)
    if let failure { throw failure }
    if replay.records == 0, try hasRecords() {
      let instrument = configuration.instrumentID.map { " of instrument \($0)" } ?? ""
      throw CommandFailure(
        "\(path): it has no orders\(instrument); apus dbn info says what it holds"
      )
    }
    if replay.crossed > 0 {
      throw CommandFailure("\(path): the book was crossed after \(replay.crossed) events")
    }
  }

  private func hasRecords() throws -> Bool {
    var reader = try DBNReader(path: path)
    return try reader.next() != nil
  }

  private func replayConfiguration() throws -> BookReplay.Configuration {
    var configuration = BookReplay.Configuration()
    var grid = GridConfiguration()
    if let path = options.text(.instrumentFile) {
      grid = try InstrumentConfiguration(FilePath(path).contents(), file: path).grid
    }
    let hasFile = options.isGiven(.instrumentFile)
    /// An option counts where it is given, and its default where no file says otherwise.
    func counts(_ option: Option) -> Bool { options.isGiven(option) || !hasFile }
    if counts(.tick), let tick = options.number(.tick) { grid.tick = Int64(tick) }
    if counts(.bookMode), let mode = options.text(.bookMode) {
      grid.mode = GridConfiguration.Mode(rawValue: mode) ?? grid.mode
    }
    if counts(.cellMilliseconds), let text = options.text(.cellMilliseconds),
      let milliseconds = Double(text)
    {
      grid.cellWidth = UInt64(milliseconds * 1_000_000)
    }
    if counts(.radius), let radius = options.number(.radius) { grid.radius = radius }
    grid.isAligned = !options.flag(.noAlign)
    configuration.tick = grid.tick
    configuration.instrumentID = options.number(.instrument).map { UInt32(truncatingIfNeeded: $0) }
    guard !options.flag(.noGrid) else { return configuration }
    configuration.grid = grid
    configuration.wantsGold = options.flag(.gold)
    if let count = options.number(.maximumBins), count > 0 { configuration.maximumBins = count }
    return configuration
  }

  private func ordersDigest(of replay: borrowing BookReplay) -> String {
    let digest = SHA256Stream()
    var text = TextBuffer()
    for order in replay.book.allOrders() {
      text.append(number: order.id)
      text.append(",\(order.side.letter),")
      text.append(number: order.price)
      text.append(",")
      text.append(number: order.size)
      text.append("\n")
    }
    text.bytes.withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }

  private func write(
    _ report: BookReport,
    _ bins: BinText,
    hasBins: Bool,
    to file: FilePath
  ) throws {
    var bytes = Array(report.compact.utf8)
    if hasBins {
      bytes.removeLast()
      bytes += Array(",\"bins\":[".utf8) + bins.text.bytes + Array("]}".utf8)
    }
    bytes.append(UInt8(ascii: "\n"))
    try file.write(bytes)
  }
}
