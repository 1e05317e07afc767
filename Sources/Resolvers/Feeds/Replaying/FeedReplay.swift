import OrderBook

/// The replay of a feed's files: records become bins, one at a time.
///
/// For the feed's own thread.
final class FeedReplay {
  enum Step: Hashable {
    /// A bin has ended: see ``FeedReplay/frame``.
    case bin
    /// Some records were read, and no bin has ended.
    case records
    /// The file is read to its end, and its last bin has been told.
    case endOfFile
  }

  /// A file that is read.
  private final class Open {
    let path: FilePath
    var reader: DBNReader

    init(_ path: FilePath) throws(DBNError) {
      self.path = path
      reader = try DBNReader(path: path.text)
    }
  }

  /// How many records are read before commands are looked at.
  private static let batch = 1 << 14

  private var replay: BookReplay
  private var file: Open?
  /// Bytes of the files that were read to their ends.
  private var bytesBefore: UInt64 = 0
  private let endsWithFile: Bool

  /// With `endsWithFile`, what has come into the last bin is a bin when the file ends.
  init(_ configuration: BookReplay.Configuration, endsWithFile: Bool) {
    replay = BookReplay(configuration)
    self.endsWithFile = endsWithFile
  }

  /// The last bin; written anew by the next one.
  var frame: GridFrame { replay.frame }
  var records: Int { replay.records }
  var bins: Int { replay.binCount }
  /// The time of the last record.
  var time: UInt64 { replay.time }
  /// When the bin under way began; nil before the first record.
  var binStart: UInt64? { replay.binStart }

  func open(_ path: FilePath) throws(FeedFailure) {
    do throws(DBNError) {
      file = try Open(path)
    } catch {
      // Where the folder of feeds is, is nobody's business.
      throw FeedFailure("\(path.lastComponent): \(error)")
    }
  }

  /// Reads on to the end of the next bin, or for a while.
  func advance() throws(FeedFailure) -> Step {
    guard let file else { return .endOfFile }
    let bins = replay.binCount
    let mayHaveMore: Bool
    do throws(ReplayError) {
      mayHaveMore = try replay.run(&file.reader, atMost: Self.batch)
    } catch {
      throw FeedFailure("\(file.path.lastComponent): \(error)")
    }
    if let crossing = replay.firstCrossing {
      throw FeedFailure(
        """
        \(file.path.lastComponent): the book is crossed at record \(crossing.record) of the \
        instrument, at \(crossing.time) ns: the best bid \(PriceText.text(crossing.bid)) is not \
        below the best ask \(PriceText.text(crossing.ask))
        """
      )
    }
    if replay.binCount > bins { return .bin }
    guard !mayHaveMore else { return .records }
    bytesBefore += file.reader.offset
    self.file = nil
    if endsWithFile { replay.finish() }
    return replay.binCount > bins ? .bin : .endOfFile
  }

  /// How many bytes of uncompressed streams it has gone through, in all its files; it begins anew
  /// with the file that a state is of.
  var distance: UInt64 { bytesBefore + offset }

  /// The place in the file, in bytes of the uncompressed stream.
  private var offset: UInt64 { file.map { $0.reader.offset } ?? 0 }

  /// The state behind a bin, to go on from in another replay of the same files.
  var checkpoint: FeedCheckpoints.Checkpoint {
    var state = StateWriter()
    replay.save(to: &state)
    return FeedCheckpoints.Checkpoint(
      offset: offset,
      frame: file.flatMap { $0.reader.frame } ?? .first,
      state: state.bytes
    )
  }

  /// Goes on from a state, in a new replay whose file is open; false where the state is no good, and
  /// the replay neither.
  func restore(_ checkpoint: FeedCheckpoints.Checkpoint) throws(FeedFailure) -> Bool {
    guard let file else { return false }
    var reader = StateReader(checkpoint.state)
    do throws(StateError) {
      try replay.restore(from: &reader)
    } catch {
      return false
    }
    do throws(DBNError) {
      try file.reader.skip(to: checkpoint.offset, from: checkpoint.frame)
    } catch {
      throw FeedFailure("\(file.path.lastComponent): \(error)")
    }
    return true
  }

  /// The bars of trades that have ended.
  func takeBars(everything: Bool = false) -> [TradeBars.Bar] {
    replay.bars.take(endedBy: replay.time, everything: everything)
  }
}

/// Prices in units of 1e-9 as decimals.
enum PriceText {
  /// Without zeros at the end: `17050.25`.
  static func text(_ price: Int64) -> String {
    let magnitude = price.magnitude
    let whole = String(magnitude / 1_000_000_000)
    var fraction = String(magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (price < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
  }
}
