import Glibc
import Testing

@testable import Resolvers

struct FeedFilesTests {
  /// A folder of files, all written a while ago but those that are named as fresh.
  private func folder(_ names: [String], fresh: [String] = []) throws -> FilePath {
    let folder = try FilePath.makeTemporary()
    for name in names {
      let path = folder.appending(name)
      if name.hasSuffix("/") {
        try folder.appending(String(name.dropLast())).makeDirectory()
        continue
      }
      try path.write([1])
      if !fresh.contains(name) { age(path) }
    }
    return folder
  }

  private func age(_ path: FilePath) {
    let past = timespec(tv_sec: time(nil) - 60, tv_nsec: 0)
    utimensat(AT_FDCWD, path.text, [past, past], 0)
  }

  private func all(_ files: inout FeedFiles) throws -> [String] {
    var names: [String] = []
    while let path = try files.next() { names.append(path.lastComponent) }
    return names
  }

  @Test func aFileComesOnceAndAgainFromTheStart() throws {
    var files = FeedFiles(.file("a.dbn"), in: FilePath("/feeds"))
    #expect(!files.isTailed)
    #expect(try files.next()?.text == "/feeds/a.dbn")
    #expect(files.current?.text == "/feeds/a.dbn")
    #expect(try files.next() == nil)
    files.rewind()
    #expect(files.current == nil)
    #expect(try files.next()?.text == "/feeds/a.dbn")
  }

  @Test func aFoldersFilesComeInTheOrderOfTheirBytes() throws {
    let folder = try folder([
      "b.dbn", "B.dbn", "a.dbn.zst", "10.dbn", "9.dbn", ".hidden.dbn", "notes.txt", "a.dbn.part",
      "c.dbn/",
    ])
    defer { try? folder.remove() }
    var files = FeedFiles(.folder("."), in: folder)
    #expect(files.isTailed)
    #expect(try all(&files) == ["10.dbn", "9.dbn", "B.dbn", "a.dbn.zst", "b.dbn"])
    // What comes before the last one is not gone back to; what comes behind it is read.
    for name in ["a.dbn", "z.dbn"] {
      try folder.appending(name).write([1])
      age(folder.appending(name))
    }
    #expect(try all(&files) == ["z.dbn"])
    files.rewind()
    #expect(try files.next()?.lastComponent == "10.dbn")
  }

  @Test func aFileThatIsBeingWrittenIsWaitedFor() throws {
    let folder = try folder(["a.dbn", "b.dbn", "c.dbn"], fresh: ["b.dbn"])
    defer { try? folder.remove() }
    var files = FeedFiles(.folder("."), in: folder)
    // The one behind it is not read before it.
    #expect(try all(&files) == ["a.dbn"])
    age(folder.appending("b.dbn"))
    #expect(try all(&files) == ["b.dbn", "c.dbn"])
  }

  @Test func aFolderThatIsNotThereIsTold() throws {
    var files = FeedFiles(.folder("nowhere"), in: FilePath("/feeds-of-a-test"))
    #expect(throws: FeedFailure.self) { try files.next() }
  }
}
