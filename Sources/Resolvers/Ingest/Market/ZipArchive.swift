import CZlib

/// Reads the first file of a zip archive, which is all that LEAN's have; they are of the large form
/// (ZIP64) whatever their size.
package enum ZipArchive {
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// In the place of a number of 32 bits that is in another record.
  private static let isElsewhere = 0xFFFF_FFFF
  private static let tooShort = Failure(description: "the archive ends too early")
  private static let brokenDirectory = Failure(description: "the archive's directory is broken")

  /// Its contents; refuses more than `limit` bytes, since a few packed ones may stand for very many.
  package static func first(in bytes: [UInt8], limit: Int = 1 << 28) throws(Failure) -> [UInt8] {
    func number(_ offset: Int, _ size: Int) throws(Failure) -> Int {
      guard offset >= 0, offset <= bytes.count - size else { throw tooShort }
      var value: UInt64 = 0
      for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
      guard let value = Int(exactly: value) else { throw brokenDirectory }
      return value
    }
    guard let end = directoryEnd(bytes) else { throw Failure(description: "no zip archive") }
    guard try number(end + 10, 2) > 0 else { throw Failure(description: "the archive is empty") }
    var entry = try number(end + 16, 4)
    if entry == Self.isElsewhere {
      // The record for large archives, which another one before the end leads to.
      guard end >= 20, try number(end - 20, 4) == 0x0706_4B50 else { throw brokenDirectory }
      let record = try number(end - 12, 8)
      guard try number(record, 4) == 0x0606_4B50 else { throw brokenDirectory }
      entry = try number(record + 48, 8)
    }
    guard try number(entry, 4) == 0x0201_4B50 else { throw brokenDirectory }
    let method = try number(entry + 10, 2)
    var packed = try number(entry + 20, 4)
    var size = try number(entry + 24, 4)
    var header = try number(entry + 42, 4)
    // What has no room in 32 bits, or was not known beforehand, is in an extra field, in this order.
    var extra = entry + 46 + (try number(entry + 28, 2))
    let extraEnd = extra + (try number(entry + 30, 2))
    while extra + 4 <= extraEnd {
      let length = try number(extra + 2, 2)
      if try number(extra, 2) == 1 {
        var place = extra + 4
        func wide(_ value: inout Int) throws(Failure) {
          guard value == Self.isElsewhere else { return }
          guard place + 8 <= extra + 4 + length else { throw brokenDirectory }
          value = try number(place, 8)
          place += 8
        }
        try wide(&size)
        try wide(&packed)
        try wide(&header)
      }
      extra += 4 + length
    }
    guard size <= limit else { throw Failure(description: "the file in the archive is too large") }
    guard try number(header, 4) == 0x0403_4B50 else {
      throw Failure(description: "the archive's directory leads nowhere")
    }
    let start = header + 30 + (try number(header + 26, 2)) + (try number(header + 28, 2))
    guard start <= bytes.count, packed <= bytes.count - start else { throw tooShort }
    let data = Array(bytes[start..<start + packed])
    switch method {
    case 0: return data
    case 8: return try inflate(data, size: size)
    default: throw Failure(description: "the archive is packed in a way that is not known")
    }
  }

  /// The record at the end, which a comment may follow.
  private static func directoryEnd(_ bytes: [UInt8]) -> Int? {
    let mark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    guard bytes.count >= 22 else { return nil }
    var place = bytes.count - 22
    let last = max(0, bytes.count - 22 - 65_535)
    while place >= last {
      if bytes[place] == mark[0], Array(bytes[place..<place + 4]) == mark { return place }
      place -= 1
    }
    return nil
  }

  private static func inflate(_ data: [UInt8], size: Int) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    // Minus: the data have no header of zlib's.
    guard
      inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw Failure(description: "zlib does not start") }
    defer { inflateEnd(&stream) }
    var input = data
    var code = Z_OK
    var left = 0
    let output = [UInt8](unsafeUninitializedCapacity: size + 1) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: output.count)
        code = CZlib.inflate(&stream, Z_FINISH)
        left = Int(stream.avail_out)
      }
      count = output.count - left
    }
    guard code == Z_STREAM_END, output.count == size else {
      throw Failure(description: "the file in the archive is broken")
    }
    return output
  }
}
