/// What the records of one type and one length consist of, field by field.
///
/// The order is that of Databento's own JSON and CSV, not that of the bytes.
package struct RecordLayout: Sendable {
  enum Kind: Sendable {
    case unsigned8, unsigned16, unsigned32, signed8, signed16, signed32
    /// Integers of 64 bits, which JSON has as text.
    case unsigned64, signed64
    /// A letter; nothing where the byte is 0.
    case character
    /// As ``character``, but a byte 0 is a letter too.
    case letter
    /// A C string in a field of that many bytes.
    case text(Int)
    /// What all records begin with: of the time of the event on to the instrument.
    case header
    /// That many levels of the book, whose counts are of orders, or of publishers.
    case levels(Int, consolidated: Bool)
  }

  struct Field: Sendable {
    var name: String
    var offset: Int
    var kind: Kind

    init(_ name: String, _ offset: Int, _ kind: Kind) {
      self.name = name
      self.offset = offset
      self.kind = kind
    }
  }

  /// What the type is called, in messages and as a name of a group of records.
  package let name: String
  package let type: UInt8
  package let length: Int
  let fields: [Field]

  static let levelSize = 32
}

extension RecordLayout {
  /// All layouts, by type and falling length.
  static let all: [RecordLayout] = {
    var layouts = [mbo, trade, mbp("mbp-1", 0x01, levels: 1), mbp("mbp-10", 0x0A, levels: 10)]
    layouts += [
      (0x11, "ohlcv"), (0x20, "ohlcv-1s"), (0x21, "ohlcv-1m"), (0x22, "ohlcv-1h"),
      (0x23, "ohlcv-1d"), (0x24, "ohlcv-eod"),
    ]
    .map(bar)
    layouts += [status, imbalance, statistics, statistics2, definition3, definition2, definition1]
    layouts += [mapping, mapping1, error, error1, system, system1]
    layouts += [(0xB1, "cmbp-1"), (0xC2, "tcbbo")].map(consolidated)
    layouts += [(0xC0, "cbbo-1s"), (0xC1, "cbbo-1m")].map(consolidatedBest)
    layouts += [(0xC3, "bbo-1s"), (0xC4, "bbo-1m")].map(best)
    return layouts
  }()

  static let mbo = RecordLayout(
    name: "mbo",
    type: 0xA0,
    length: 56,
    fields: [
      Field("ts_recv", 40, .unsigned64), Field("hd", 0, .header),
      Field("action", 38, .character), Field("side", 39, .character),
      Field("price", 24, .signed64), Field("size", 32, .unsigned32),
      Field("channel_id", 37, .unsigned8), Field("order_id", 16, .unsigned64),
      Field("flags", 36, .unsigned8), Field("ts_in_delta", 48, .signed32),
      Field("sequence", 52, .unsigned32),
    ]
  )

  /// What trades and the records with levels begin with.
  private static let tradeFields = [
    Field("ts_recv", 32, .unsigned64), Field("hd", 0, .header),
    Field("action", 28, .character), Field("side", 29, .character),
    Field("depth", 31, .unsigned8), Field("price", 16, .signed64),
    Field("size", 24, .unsigned32), Field("flags", 30, .unsigned8),
    Field("ts_in_delta", 40, .signed32), Field("sequence", 44, .unsigned32),
  ]

  private static let trade = RecordLayout(
    name: "trades",
    type: 0x00,
    length: 48,
    fields: tradeFields
  )

  private static func mbp(_ name: String, _ type: UInt8, levels: Int) -> RecordLayout {
    RecordLayout(
      name: name,
      type: type,
      length: 48 + levels * levelSize,
      fields: tradeFields + [Field("levels", 48, .levels(levels, consolidated: false))]
    )
  }

  private static func best(_ type: UInt8, _ name: String) -> RecordLayout {
    let absent: Set = ["action", "depth", "ts_in_delta"]
    return RecordLayout(
      name: name,
      type: type,
      length: 80,
      fields: tradeFields.filter { !absent.contains($0.name) }
        + [Field("levels", 48, .levels(1, consolidated: false))]
    )
  }

  private static func consolidated(_ type: UInt8, _ name: String) -> RecordLayout {
    let absent: Set = ["depth", "sequence"]
    return RecordLayout(
      name: name,
      type: type,
      length: 80,
      fields: tradeFields.filter { !absent.contains($0.name) }
        + [Field("levels", 48, .levels(1, consolidated: true))]
    )
  }

  private static func consolidatedBest(_ type: UInt8, _ name: String) -> RecordLayout {
    let absent: Set = ["action", "depth", "ts_in_delta", "sequence"]
    return RecordLayout(
      name: name,
      type: type,
      length: 80,
      fields: tradeFields.filter { !absent.contains($0.name) }
        + [Field("levels", 48, .levels(1, consolidated: true))]
    )
  }

  private static func bar(_ type: UInt8, _ name: String) -> RecordLayout {
    RecordLayout(
      name: name,
      type: type,
      length: 56,
      fields: [
        Field("hd", 0, .header), Field("open", 16, .signed64), Field("high", 24, .signed64),
        Field("low", 32, .signed64), Field("close", 40, .signed64),
        Field("volume", 48, .unsigned64),
      ]
    )
  }
}

extension RecordLayout {
  /// The layouts of each type, the longest first.
  private static let byType: [[RecordLayout]] = {
    var layouts = [[RecordLayout]](repeating: [], count: 256)
    for layout in all { layouts[Int(layout.type)].append(layout) }
    return layouts.map { $0.sorted { $0.length > $1.length } }
  }()

  /// What a record consists of; nil where its type is not known.
  ///
  /// The versions of DBN differ in the lengths of their records, so that the length tells the
  /// version, of fragments too. A record may be longer than its layout: by the time that it was sent
  /// at, or by what a later version adds.
  package static func of(
    _ record: borrowing DBNRecord,
    hasSendTime: Bool = false,
    at offset: UInt64
  ) throws(DBNError) -> RecordLayout? {
    let layouts = byType[Int(record.type)]
    guard let shortest = layouts.last else { return nil }
    let length = record.length - (hasSendTime ? 8 : 0)
    if let layout = layouts.first(where: { $0.length <= length }) { return layout }
    let expected = shortest.length + (hasSendTime ? 8 : 0)
    throw DBNError(
      .shortRecord(type: shortest.name, expected: expected, found: record.length),
      at: offset
    )
  }
}
