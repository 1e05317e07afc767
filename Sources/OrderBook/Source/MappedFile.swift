import Glibc

/// A file mapped into memory, read only.
package final class MappedFile: ByteSource {
  /// How much is handed out at once: between two runs the file's size is looked at again, for
  /// reading a mapping beyond the end of its file ends the process.
  private static let run = 1 << 26

  private let descriptor: Int32
  private let start: UnsafeMutableRawPointer?
  package let size: Int
  private var position = 0

  package init(_ path: String) throws(DBNError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure() }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = Self.failure()
      close(descriptor)
      throw failure
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DBNError(.unreadable("it is no regular file"), at: 0)
    }
    size = Int(status.st_size)
    if size > 0 {
      let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
        let failure = Self.failure()
        close(descriptor)
        throw failure
      }
      madvise(address, size, Int32(MADV_SEQUENTIAL))
      start = address
    } else {
      start = nil
    }
    self.descriptor = descriptor
  }

  deinit {
    if let start { munmap(start, size) }
    close(descriptor)
  }

  private static func failure() -> DBNError {
    DBNError(.unreadable(String(cString: strerror(errno))), at: 0)
  }

  /// All bytes at once.
  package var whole: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: size) }

  /// The first bytes, at most that many.
  package func prefix(_ count: Int) -> [UInt8] { bytes(at: 0, count) }

  /// At most that many bytes from a place within the file.
  func bytes(at offset: Int, _ count: Int) -> [UInt8] {
    precondition(offset >= 0 && offset <= size)
    return Array(whole.dropFirst(offset).prefix(count))
  }

  /// Goes to a place from the beginning, which is within the file.
  package func seek(to offset: Int) {
    precondition(offset >= 0 && offset <= size)
    position = offset
  }

  package func next() throws(DBNError) -> UnsafeRawBufferPointer? {
    guard let start, position < size else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= size else {
      throw DBNError(.shrunk, at: UInt64(size))
    }
    let count = min(Self.run, size - position)
    defer { position += count }
    return UnsafeRawBufferPointer(start: start + position, count: count)
  }
}
