/// What stands before the records of a DBN stream.
package struct DBNMetadata: Hashable, Sendable {
  /// A time in which a symbol stood for one instrument: dates as YYYYMMDD, the end not included.
  package struct Interval: Hashable, Sendable {
    package var start: UInt32
    package var end: UInt32
    package var symbol: String
  }

  /// A symbol that was asked for, and what it stood for when.
  package struct Mapping: Hashable, Sendable {
    package var rawSymbol: String
    package var intervals: [Interval]
  }

  package static let latestVersion: UInt8 = 3

  package var version: UInt8
  package var dataset: String
  /// Nil where the stream mixes kinds of records.
  package var schema: DBNSchema?
  /// In nanoseconds since 1970, as all times are.
  package var start: UInt64
  package var end: UInt64?
  /// How many records were asked for at most.
  package var limit: UInt64?
  package var symbologyIn: SymbologyType?
  package var symbologyOut: SymbologyType
  /// Whether each record ends with the time at which it was sent.
  package var hasSendTimes: Bool
  package var symbols: [String]
  package var partial: [String]
  package var notFound: [String]
  package var mappings: [Mapping]
}

extension DBNMetadata {
  /// The magic letters, the version and the length of what follows.
  static let preludeSize = 8
  /// No stream has as much; it bounds what a broken length makes us hold.
  static let maximumSize = 1 << 26

  /// Reads the metadata that follow a prelude; offsets in errors count from the prelude.
  init(version: UInt8, _ bytes: Span<UInt8>) throws(DBNError) {
    var scanner = MetadataScanner(bytes, offset: Self.preludeSize)
    self.version = version
    dataset = try scanner.text(16)
    let schema: UInt16 = try scanner.integer()
    start = try scanner.integer()
    let end: UInt64 = try scanner.integer()
    self.end = end == .max ? nil : end
    let limit: UInt64 = try scanner.integer()
    self.limit = limit == 0 ? nil : limit
    // The count of records, which nobody writes any more.
    if version == 1 { try scanner.skip(8) }
    let symbologyIn: UInt8 = try scanner.integer()
    let symbologyOut: UInt8 = try scanner.integer()
    let hasSendTimes: UInt8 = try scanner.integer()
    var symbolSize = 22
    if version > 1 { symbolSize = Int(try scanner.integer() as UInt16) }
    try scanner.skip(version == 1 ? 47 : 53)
    self.hasSendTimes = hasSendTimes != 0
    if schema == .max {
      self.schema = nil
    } else if let known = DBNSchema(rawValue: schema) {
      self.schema = known
    } else {
      throw DBNError(.invalidMetadata("there is no schema \(schema)"), at: 24)
    }
    self.symbologyIn = SymbologyType(rawValue: symbologyIn)
    guard self.symbologyIn != nil || symbologyIn == .max else {
      let place: UInt64 = version == 1 ? 58 : 50
      throw DBNError(.invalidMetadata("there is no symbology \(symbologyIn)"), at: place)
    }
    guard let symbologyOut = SymbologyType(rawValue: symbologyOut) else {
      let place: UInt64 = version == 1 ? 59 : 51
      throw DBNError(.invalidMetadata("there is no symbology \(symbologyOut)"), at: place)
    }
    self.symbologyOut = symbologyOut
    guard symbolSize > 0 else { throw scanner.problem("symbols of no length") }
    // The definition of a schema of one's own, which no version has filled yet.
    try scanner.skip(Int(try scanner.integer() as UInt32))
    symbols = try scanner.texts(symbolSize)
    partial = try scanner.texts(symbolSize)
    notFound = try scanner.texts(symbolSize)
    mappings = []
    let count = try scanner.count(ofAtLeast: symbolSize + 4)
    mappings.reserveCapacity(count)
    for _ in 0..<count {
      let rawSymbol = try scanner.text(symbolSize)
      var intervals: [Interval] = []
      let count = try scanner.count(ofAtLeast: symbolSize + 8)
      intervals.reserveCapacity(count)
      for _ in 0..<count {
        intervals.append(
          Interval(
            start: try scanner.integer(),
            end: try scanner.integer(),
            symbol: try scanner.text(symbolSize)
          )
        )
      }
      mappings.append(Mapping(rawSymbol: rawSymbol, intervals: intervals))
    }
  }
}

/// Reads integers, little-endian, and C strings of fixed size one after the other.
private struct MetadataScanner: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0
  private let offset: Int

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  func problem(_ text: String) -> DBNError {
    DBNError(.invalidMetadata(text), at: UInt64(offset + position))
  }

  @_lifetime(self: copy self)
  private mutating func take(_ count: Int) throws(DBNError) -> Int {
    guard count <= bytes.count - position else {
      throw problem("\(count) bytes are missing at their end")
    }
    defer { position += count }
    return position
  }

  @_lifetime(self: copy self)
  mutating func skip(_ count: Int) throws(DBNError) { _ = try take(count) }

  @_lifetime(self: copy self)
  mutating func integer<Value: FixedWidthInteger>() throws(DBNError) -> Value {
    let size = Value.bitWidth / 8
    let start = try take(size)
    var value: Value = 0
    for index in (0..<size).reversed() {
      value = (size > 1 ? value << 8 : 0) | Value(truncatingIfNeeded: bytes[start + index])
    }
    return value
  }

  /// A C string in a field of that many bytes.
  @_lifetime(self: copy self)
  mutating func text(_ size: Int) throws(DBNError) -> String {
    let start = try take(size)
    var text: [UInt8] = []
    var index = start
    while index < start + size, bytes[index] != 0 {
      text.append(bytes[index])
      index += 1
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw DBNError(.invalidMetadata("a text is not UTF-8"), at: UInt64(offset + start))
    }
    return string
  }

  /// How many items follow, each of at least that many bytes: a count that cannot be is refused
  /// before anything is reserved for it.
  @_lifetime(self: copy self)
  mutating func count(ofAtLeast size: Int) throws(DBNError) -> Int {
    let count = Int(try integer() as UInt32)
    guard count <= (bytes.count - position) / size else {
      throw problem("\(count) items do not fit into the rest")
    }
    return count
  }

  @_lifetime(self: copy self)
  mutating func texts(_ size: Int) throws(DBNError) -> [String] {
    let count = try count(ofAtLeast: size)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try text(size)) }
    return texts
  }
}
