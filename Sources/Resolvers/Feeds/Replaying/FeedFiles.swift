import Glibc

/// The files of a feed, one after the other.
///
/// Its calls block: they are for the feed's own thread.
struct FeedFiles: Sendable {
  private let folder: FilePath
  private let source: FeedSpec.Source
  /// The files that were handed out, in order.
  private(set) var read: [FilePath] = []
  private var lastName: String?

  init(_ source: FeedSpec.Source, in folder: FilePath) {
    self.source = source
    self.folder = folder
  }

  /// The file that was handed out last.
  var current: FilePath? { read.last }

  /// Whether more files may come later.
  var isTailed: Bool {
    if case .folder = source { true } else { false }
  }

  /// Begins with the first file again.
  mutating func rewind() {
    read = []
    lastName = nil
  }

  /// The next file; nil where there is none, or none yet.
  mutating func next() throws(FeedFailure) -> FilePath? {
    switch source {
    case .file(let name):
      guard read.isEmpty else { return nil }
      read = [folder.appending(name)]
      return current
    case .folder(let name):
      let place = name == "." ? folder : folder.appending(name)
      let names: [String]
      do throws(FileError) {
        names = try place.entries()
      } catch {
        // Where the folder of feeds is, is nobody's business.
        throw FeedFailure("cannot read the folder \(name): \(error.reason)")
      }
      for name in names where isNext(name) {
        let path = place.appending(name)
        switch Self.state(of: path) {
        case .noFile: continue
        case .growing: return nil
        case .complete: break
        }
        lastName = name
        read.append(path)
        return path
      }
      return nil
    }
  }

  /// Names are read in the order of their bytes; what comes before the last one is not gone back to.
  private func isNext(_ name: String) -> Bool {
    guard !name.hasPrefix("."), name.hasSuffix(".dbn") || name.hasSuffix(".dbn.zst") else {
      return false
    }
    guard let lastName else { return true }
    return lastName.utf8.lexicographicallyPrecedes(name.utf8)
  }

  private enum State {
    case noFile, growing, complete
  }

  /// A file is complete when nobody has written to it for a second, as who moves it there has not.
  private static func state(of path: FilePath) -> State {
    var status = stat()
    guard stat(path.text, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .noFile }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age =
      (now.tv_sec - status.st_mtim.tv_sec) * 1_000_000_000
      + (now.tv_nsec - status.st_mtim.tv_nsec)
    return age >= 1_000_000_000 || age < 0 ? .complete : .growing
  }
}
