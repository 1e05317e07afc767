extension DBNMetadata {
  /// The metadata as an object of JSON, on one line.
  package var json: String {
    var text = TextBuffer()
    text.append("{\"version\":")
    text.append(number: version)
    text.append(",\"dataset\":")
    text.append(quoting: dataset)
    text.append(",\"schema\":")
    text.append(quoting: schema?.name)
    text.append(",\"start\":")
    text.append(quoting: "\(start)")
    text.append(",\"end\":")
    text.append(quoting: end.map { "\($0)" })
    text.append(",\"limit\":")
    text.append(quoting: limit.map { "\($0)" })
    text.append(",\"stype_in\":")
    text.append(quoting: symbologyIn?.name)
    text.append(",\"stype_out\":")
    text.append(quoting: symbologyOut.name)
    text.append(",\"ts_out\":\(hasSendTimes)")
    for (name, list) in [("symbols", symbols), ("partial", partial), ("not_found", notFound)] {
      text.append(",\"\(name)\":")
      text.append(list: list) { $0.append(quoting: $1) }
    }
    text.append(",\"mappings\":{")
    for (index, mapping) in mappings.enumerated() {
      if index > 0 { text.append(",") }
      text.append(quoting: mapping.rawSymbol)
      text.append(":")
      text.append(list: mapping.intervals) { text, interval in
        text.append("{\"start_date\":\"\(Self.date(interval.start))\",\"end_date\":\"")
        text.append("\(Self.date(interval.end))\",\"symbol\":")
        text.append(quoting: interval.symbol)
        text.append("}")
      }
    }
    text.append("}}")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// 20260206 as 2026-02-06.
  private static func date(_ number: UInt32) -> String {
    let digits = Array("\(number)".utf8)
    guard digits.count == 8 else { return "\(number)" }
    let parts = [digits[..<4], digits[4..<6], digits[6...]]
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
  }
}

extension TextBuffer {
  /// A text in quotes, or null.
  fileprivate mutating func append(quoting text: String?) {
    guard let text else { return append("null") }
    append(quoting: text)
  }

  fileprivate mutating func append<Item>(list: [Item], _ write: (inout TextBuffer, Item) -> Void) {
    append("[")
    for (index, item) in list.enumerated() {
      if index > 0 { append(",") }
      write(&self, item)
    }
    append("]")
  }
}
