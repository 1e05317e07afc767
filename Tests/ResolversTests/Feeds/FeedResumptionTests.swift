import Glibc
import OrderBook
import Testing

@testable import Resolvers

/// Which state of a folder's files a replay goes on from.
struct FeedResumptionTests {
  private let folder: FilePath
  private let cache: FilePath
  private let configuration = BookReplay.Configuration()

  init() throws {
    folder = try FilePath.makeTemporary()
    cache = folder.appending("cache")
    try folder.appending("night").makeDirectory()
    for name in ["a.dbn", "b.dbn.zst", "c.dbn"] { try write(name, name) }
  }

  private func write(_ name: String, _ text: String) throws {
    let path = folder.appending("night").appending(name)
    try path.write(Array(text.utf8))
    let past = timespec(tv_sec: time(nil) - 60, tv_nsec: 0)
    utimensat(AT_FDCWD, path.text, [past, past], 0)
  }

  private var files: FeedFiles { FeedFiles(.folder("night"), in: folder) }

  private func checkpoint(_ number: UInt8) -> FeedCheckpoints.Checkpoint {
    FeedCheckpoints.Checkpoint(
      offset: UInt64(number) << 40,
      frame: ZstdFrame(fileOffset: UInt64(number) << 33, streamOffset: UInt64(number) << 36),
      state: [UInt8](repeating: number, count: 1000)
    )
  }

  /// Keeps a state in each of the first files, at 100, 200, 300 and so on.
  private func keep(_ count: Int) throws {
    var files = files
    var contents: [String] = []
    for number in 1...count {
      let path = try #require(try files.next())
      contents.append(try FeedCheckpoints.contents(of: path, cache))
      try FeedCheckpoints(cache, contents: contents, configuration)
        .keep(checkpoint(UInt8(number)), at: UInt64(number) * 100)
    }
  }

  /// The files up to the state that is found, and the state.
  private func found(
    _ time: UInt64,
    _ configuration: BookReplay.Configuration? = nil
  ) -> (files: [String], checkpoint: FeedCheckpoints.Checkpoint)? {
    FeedResumption.last(before: time, of: files, in: cache, configuration ?? self.configuration)
      .map { ($0.files.read.map(\.lastComponent), $0.checkpoint) }
  }

  @Test func itIsTheNewestThatIsNotAfterTheTime() throws {
    defer { try? folder.remove() }
    try keep(3)
    #expect(found(99) == nil)
    let expected: [(UInt64, Int)] = [(100, 1), (199, 1), (200, 2), (299, 2), (300, 3), (.max, 3)]
    for (time, count) in expected {
      let newest = found(time)
      #expect(newest?.files == Array(["a.dbn", "b.dbn.zst", "c.dbn"].prefix(count)))
      #expect(newest?.checkpoint == checkpoint(UInt8(count)))
    }
    var other = configuration
    other.grid = GridConfiguration()
    #expect(found(300, other) == nil)
  }

  @Test func itIsOfTheSameContentsInTheSameOrder() throws {
    defer { try? folder.remove() }
    try keep(3)
    // Names do not matter, contents do.
    try folder.appending("night").appending("c.dbn").remove()
    try write("bb.dbn", "c.dbn")
    #expect(found(300)?.files == ["a.dbn", "b.dbn.zst", "bb.dbn"])
    try write("b.dbn.zst", "another")
    #expect(found(300)?.files == ["a.dbn"])
    try write("0.dbn", "one before")
    #expect(found(300) == nil)
  }

  @Test func aSpoiltOneIsRemovedAndTheOneBeforeItTaken() throws {
    defer { try? folder.remove() }
    try keep(2)
    let paths = try cache.entries().flatMap { contents in
      try cache.appending(contents).entries().map { cache.appending(contents).appending($0) }
    }
    let spoilt = try #require(paths.first { $0.appending("200").exists }).appending("200")
    let bytes = try spoilt.contents()
    let all: [[UInt8]] = [[], [1], bytes.dropLast(), bytes.reversed(), bytes + [0]]
    for broken in all {
      try spoilt.write(broken)
      #expect(found(250)?.files == ["a.dbn"])
      #expect(!spoilt.exists)
    }
    try spoilt.write(bytes)
    #expect(found(250)?.files == ["a.dbn", "b.dbn.zst"])
  }
}
