import OrderBook

/// Streams that the tests put together by hand.
enum DBNBytes {
  static func integer<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func text(_ text: String, _ size: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: size - text.utf8.count)
  }

  /// What a stream of orders begins with.
  static func metadata(version: UInt8 = 3, schema: UInt16 = 0, hasSendTimes: Bool = false)
    -> [UInt8]
  {
    let size = version == 1 ? 22 : 71
    var body = text("GLBX.MDP3", 16) + integer(schema)
    body +=
      integer(1_770_388_200_000_000_000 as UInt64) + integer(UInt64.max) + integer(0 as UInt64)
    if version == 1 { body += integer(UInt64.max) }
    body += [1, 0, hasSendTimes ? 1 : 0]
    if version > 1 { body += integer(UInt16(size)) }
    body += [UInt8](repeating: 0, count: version == 1 ? 47 : 53)
    body += integer(0 as UInt32)
    body += integer(1 as UInt32) + text("MNQH6", size)
    body += integer(0 as UInt32) + integer(1 as UInt32) + text("GONE", size)
    body += integer(1 as UInt32) + text("MNQH6", size) + integer(1 as UInt32)
    body += integer(20_260_206 as UInt32) + integer(20_260_207 as UInt32) + text("42", size)
    if version >= 3 { body += [UInt8](repeating: 0, count: (8 - body.count % 8) % 8) }
    return Array("DBN".utf8) + [version] + integer(UInt32(body.count)) + body
  }

  /// A record of an order.
  static func order(
    _ action: Character,
    _ side: Character,
    price: Int64,
    size: UInt32,
    id: UInt64,
    flags: UInt8 = 128,
    time: UInt64 = 1_770_388_200_000_000_000,
    instrument: UInt32 = 1,
    publisher: UInt16 = 1
  ) -> [UInt8] {
    var record: [UInt8] = [14, 0xA0] + integer(publisher) + integer(instrument) + integer(time)
    record += integer(id) + integer(price) + integer(size) + [flags, 0]
    record += [action.asciiValue ?? 0, side.asciiValue ?? 0]
    return record + integer(time &+ 100) + integer(9000 as Int32) + integer(1 as UInt32)
  }
}
