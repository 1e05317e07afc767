/// Reads the records of a DBN stream one after the other.
///
/// It reads where the bytes lie; only a record that two runs of the source share is copied. Records
/// are unaligned as a rule.
package struct DBNReader: ~Copyable {
  /// Nil of a fragment: records without what a stream begins with.
  package private(set) var metadata: DBNMetadata?
  /// Bytes before the first record.
  package private(set) var metadataSize: Int

  package private(set) var isCompressed = false

  private let source: any ByteSource
  private var position: UnsafeRawPointer
  private var end: UnsafeRawPointer
  /// The place of `end` in the stream.
  private var endOffset: UInt64
  private var failure: DBNError?
  /// Where a record is put together that two runs share.
  private let shared: UnsafeMutableRawBufferPointer

  /// The longest that a length of one byte, in words of 4, can tell.
  private static let maximumRecord = 255 * 4
  private static let header = 16

  /// Opens a file: zstd is recognised by its first bytes, a fragment is told by its name, in which
  /// `.frag` stands.
  package init(path: String) throws(DBNError) {
    let file = try MappedFile(path)
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? "" } ?? ""
    let isFragment = name.split(separator: ".").dropFirst().contains("frag")
    let prefix = file.prefix(8)
    guard !ZstdDecoder.isSkippableFrame(prefix) else { throw DBNError(.dbz, at: 0) }
    if ZstdDecoder.isFrame(prefix) {
      try self.init(try ZstdThread(file), isFragment: isFragment)
      isCompressed = true
    } else {
      try self.init(file, isFragment: isFragment)
    }
  }

  /// Reads uncompressed bytes; those of a fragment begin with a record.
  package init(_ source: any ByteSource, isFragment: Bool = false) throws(DBNError) {
    self.source = source
    shared = .allocate(byteCount: Self.maximumRecord, alignment: 16)
    position = UnsafeRawPointer(shared.baseAddress.unsafelyUnwrapped)
    end = position
    endOffset = 0
    failure = nil
    metadata = nil
    metadataSize = 0
    guard !isFragment else { return }
    var prelude: [UInt8] = []
    try read(DBNMetadata.preludeSize, into: &prelude)
    guard !prelude.isEmpty else { throw DBNError(.empty, at: 0) }
    guard prelude.starts(with: "DBN".utf8) else {
      throw DBNError(ZstdDecoder.isSkippableFrame(prelude) ? .dbz : .notDBN, at: 0)
    }
    guard prelude.count == DBNMetadata.preludeSize else {
      let found = prelude.count
      throw DBNError(.truncatedMetadata(expected: DBNMetadata.preludeSize, found: found), at: 0)
    }
    let version = prelude[3]
    guard (1...DBNMetadata.latestVersion).contains(version) else {
      throw DBNError(.unsupportedVersion(version), at: 3)
    }
    let size = (4..<8).reduce(0) { $0 | Int(prelude[$1]) << (($1 - 4) * 8) }
    guard size <= DBNMetadata.maximumSize else {
      throw DBNError(.invalidMetadata("\(size) bytes are more than any stream has"), at: 4)
    }
    var bytes: [UInt8] = []
    try read(size, into: &bytes)
    guard bytes.count == size else {
      throw DBNError(.truncatedMetadata(expected: size, found: bytes.count), at: 8)
    }
    metadata = try DBNMetadata(version: version, bytes.span)
    metadataSize = DBNMetadata.preludeSize + size
  }

  deinit { shared.deallocate() }

  /// Bytes of the stream before the next record.
  package var offset: UInt64 { endOffset - UInt64(end - position) }

  /// The next record; nil at the end, as often as asked.
  @inline(__always)
  @_lifetime(&self)
  package mutating func next() throws(DBNError) -> DBNRecord? {
    if position < end {
      let length = Int(position.load(as: UInt8.self)) * 4
      if length >= Self.header, length <= end - position {
        let record = position
        position += length
        return _overrideLifetime(DBNRecord(record, length: length), mutating: &self)
      }
    }
    guard let (record, length) = try nextAcrossRuns() else { return nil }
    return _overrideLifetime(DBNRecord(record, length: length), mutating: &self)
  }

  /// The bytes that are left of the present run.
  @inline(__always)
  var rest: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: position, count: end - position)
  }

  /// Goes on after that many bytes of ``rest``, which are whole records.
  @inline(__always)
  mutating func skip(_ count: Int) { position += count }

  /// A frame of a compressed file that lies before the next record: with it, ``skip(to:from:)`` goes
  /// there in another reader of the same file without decompressing what is before the frame.
  ///
  /// Nil of a file that is not compressed. It is the last such frame but for what the present run of
  /// some hundred kilobytes holds.
  package var frame: ZstdFrame? { (source as? ZstdThread)?.frame }

  /// Goes on at a later place of the stream, where a record begins or the stream ends.
  ///
  /// Of a plain file what lies between is not read; a compressed one is decompressed up to there,
  /// from the frame on, if one is given.
  package mutating func skip(to offset: UInt64, from frame: ZstdFrame? = nil) throws(DBNError) {
    if let frame, frame.streamOffset > endOffset, frame.streamOffset <= offset,
      let thread = source as? ZstdThread, try thread.go(to: frame)
    {
      position = end
      endOffset = frame.streamOffset
    }
    while offset > endOffset {
      if let file = source as? MappedFile, offset <= UInt64(file.size) {
        file.seek(to: Int(offset))
        position = end
        endOffset = offset
        return
      }
      position = end
      guard try nextRun() else { throw DBNError(.shrunk, at: offset) }
    }
    guard offset >= self.offset else { throw DBNError(.shrunk, at: offset) }
    position = end - Int(endOffset - offset)
  }

  /// The next record where the present run does not hold all of it.
  @inline(never)
  private mutating func nextAcrossRuns() throws(DBNError) -> (UnsafeRawPointer, Int)? {
    if let failure { throw failure }
    do throws(DBNError) {
      if position == end, try !nextRun() { return nil }
      let offset = self.offset
      let length = Int(position.load(as: UInt8.self)) * 4
      guard length >= Self.header else { throw DBNError(.impossibleLength(length), at: offset) }
      if length <= end - position {
        defer { position += length }
        return (position, length)
      }
      var count = 0
      while count < length {
        if position == end {
          guard try nextRun() else {
            throw DBNError(.truncatedRecord(expected: length, found: count), at: offset)
          }
        }
        let part = min(length - count, end - position)
        UnsafeMutableRawBufferPointer(rebasing: shared[count..<count + part])
          .copyMemory(from: UnsafeRawBufferPointer(start: position, count: part))
        position += part
        count += part
      }
      return (UnsafeRawPointer(shared.baseAddress.unsafelyUnwrapped), length)
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func nextRun() throws(DBNError) -> Bool {
    guard let run = try source.next(), let start = run.baseAddress else { return false }
    position = start
    end = start + run.count
    endOffset += UInt64(run.count)
    return true
  }

  /// Reads that many bytes, or as many as there are.
  private mutating func read(_ count: Int, into bytes: inout [UInt8]) throws(DBNError) {
    while bytes.count < count {
      if position == end, try !nextRun() { return }
      let part = min(count - bytes.count, end - position)
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: position, count: part))
      position += part
    }
  }
}
