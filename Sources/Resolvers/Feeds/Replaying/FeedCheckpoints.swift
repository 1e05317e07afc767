import Glibc
import OrderBook

/// States of replays of files, kept for later replays of the same contents with the same parameters.
///
/// A state stands in `FOLDER/CONTENTS/PARAMETERS/TIME`: the SHA-256 of the file, or that of the digests
/// of all files up to the one it was taken in; that of what the replay was told; and the end of the
/// bin that it was taken at. Whatever is wrong with one, it is removed and done without. Calls block.
struct FeedCheckpoints: Sendable {
  /// A state and where in the file it goes on.
  struct Checkpoint: Hashable {
    var offset: UInt64
    /// A frame at or before that place, if the file is compressed.
    var frame: ZstdFrame
    var state: [UInt8]
  }

  /// Rises whenever the bytes before the state mean something else.
  private static let version = 2

  private let folder: FilePath

  /// `contents` are the digests of the files that the replay has read, the last of them under way.
  init(_ cache: FilePath, contents: [String], _ configuration: BookReplay.Configuration) {
    let all =
      contents.count == 1 ? contents[0] : "\(SHA256Digest(of: Array(contents.joined().utf8)))"
    let parameters = """
      \(Self.version) \(BookReplay.stateVersion) \(configuration.grid.map { "\($0)" } ?? "") \
      \(configuration.wantsGold) \(configuration.instrumentID.map(String.init) ?? "") \
      \(configuration.publisherID.map(String.init) ?? "") \(configuration.barWidth ?? 0)
      """
    folder = cache.appending(all)
      .appending(String(SHA256Digest(of: Array(parameters.utf8)).description.prefix(16)))
  }

  private var times: [UInt64] { ((try? folder.entries()) ?? []).compactMap { UInt64($0) }.sorted() }

  /// The newest state that is not after a time.
  func last(before time: UInt64) -> Checkpoint? {
    for end in times.reversed() where end <= time {
      let path = folder.appending(String(end))
      if let found = (try? path.contents()).flatMap(Self.decoded) { return found }
      try? path.remove()
    }
    return nil
  }

  func has(_ time: UInt64) -> Bool { folder.appending(String(time)).exists }

  /// Keeps a state that was taken at the end of a bin.
  func keep(_ checkpoint: Checkpoint, at time: UInt64) throws(FileError) {
    try folder.makeDirectory()
    let frame = checkpoint.frame
    var bytes = [checkpoint.offset, frame.fileOffset, frame.streamOffset].flatMap { number in
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    bytes += checkpoint.state
    bytes += Array(SHA256Digest(of: bytes).description.utf8)
    try folder.appending(String(time)).write(bytes)
  }

  private static func decoded(_ bytes: [UInt8]) -> Checkpoint? {
    guard bytes.count > 88 else { return nil }
    let content = Array(bytes.dropLast(64))
    let digest = SHA256Digest(of: content).description
    guard digest.utf8.elementsEqual(bytes.suffix(64)) else { return nil }
    let numbers = [0, 8, 16].map { start in
      content[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    return Checkpoint(
      offset: numbers[0],
      frame: ZstdFrame(fileOffset: numbers[1], streamOffset: numbers[2]),
      state: Array(content.dropFirst(24))
    )
  }

  // MARK: - Contents

  /// The digest of a file's contents: what was found before, as long as its size, its time and its
  /// place on the disk are the same; else all of it is read.
  static func contents(of path: FilePath, _ cache: FilePath) throws(FeedFailure) -> String {
    var status = stat()
    guard stat(path.text, &status) == 0 else {
      throw FeedFailure("\(path.lastComponent): \(String(cString: strerror(errno)))")
    }
    let mark = """
      \(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \
      \(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec) \(status.st_ctim.tv_nsec)
      """
    let note = cache.appending("files")
      .appending(SHA256Digest(of: Array(path.text.utf8)).description)
    if let bytes = try? note.contents() {
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      if parts.count == 2, parts[0] == mark, parts[1].utf8.count == 64 { return String(parts[1]) }
    }
    let digest: String
    do throws(DBNError) {
      let file = try MappedFile(path.text)
      let stream = SHA256Stream()
      while let run = try file.next() { stream.update(run) }
      digest = stream.finish()
    } catch {
      throw FeedFailure("\(path.lastComponent): \(error)")
    }
    try? note.parent.makeDirectory()
    try? note.write(Array("\(mark)\n\(digest)".utf8))
    return digest
  }
}
