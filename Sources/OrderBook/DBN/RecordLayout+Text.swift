extension RecordLayout {
  private static let headerFields = [
    Field("ts_event", 8, .unsigned64), Field("rtype", 1, .unsigned8),
    Field("publisher_id", 2, .unsigned16), Field("instrument_id", 4, .unsigned32),
  ]

  private static func levelFields(_ index: Int, consolidated: Bool) -> [Field] {
    let start = index * levelSize
    let (count, kind): (String, Kind) = consolidated ? ("pb", .unsigned16) : ("ct", .unsigned32)
    return [
      Field("bid_px", start, .signed64), Field("ask_px", start + 8, .signed64),
      Field("bid_sz", start + 16, .unsigned32), Field("ask_sz", start + 20, .unsigned32),
      Field("bid_\(count)", start + 24, kind), Field("ask_\(count)", start + 28, kind),
    ]
  }

  // MARK: - JSON

  /// Writes a record as Databento does: an object on one line, 64-bit integers in quotes.
  package func writeJSON(
    _ record: borrowing DBNRecord,
    hasSendTime: Bool = false,
    to text: inout TextBuffer
  ) {
    text.append("{")
    write(fields, of: record, at: 0, to: &text)
    if hasSendTime {
      text.append(",\"ts_out\":\"")
      text.append(number: record.load(record.length - 8) as UInt64)
      text.append("\"")
    }
    text.append("}")
  }

  private func write(
    _ fields: [Field],
    of record: borrowing DBNRecord,
    at base: Int,
    to text: inout TextBuffer
  ) {
    for (index, field) in fields.enumerated() {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(field.name)
      text.append("\":")
      write(field, of: record, at: base + field.offset, to: &text)
    }
  }

  private func write(
    _ field: Field,
    of record: borrowing DBNRecord,
    at offset: Int,
    to text: inout TextBuffer
  ) {
    switch field.kind {
    case .header:
      text.append("{")
      write(Self.headerFields, of: record, at: 0, to: &text)
      text.append("}")
    case .levels(let count, let consolidated):
      text.append("[")
      for index in 0..<count {
        text.append(index == 0 ? "{" : ",{")
        let fields = Self.levelFields(index, consolidated: consolidated)
        write(fields, of: record, at: offset, to: &text)
        text.append("}")
      }
      text.append("]")
    case .unsigned64, .signed64:
      text.append("\"")
      text.append(plain: field.kind, of: record, at: offset)
      text.append("\"")
    case .character, .letter:
      let letter: UInt8 = record.load(offset)
      if letter == 0, case .character = field.kind {
        text.append("null")
      } else {
        text.append(quoting: String(Character(Unicode.Scalar(letter))))
      }
    case .text(let size): text.append(quoting: record.text(at: offset, size: size))
    default: text.append(plain: field.kind, of: record, at: offset)
    }
  }

  // MARK: - CSV

  /// The names of the columns.
  package func csvHeader(hasSendTime: Bool = false) -> String {
    var names = fields.flatMap { field in
      switch field.kind {
      case .header: Self.headerFields.map(\.name)
      case .levels(let count, let consolidated):
        (0..<count)
          .flatMap { index in
            let number = index < 10 ? "0\(index)" : "\(index)"
            return Self.levelFields(index, consolidated: consolidated).map {
              "\($0.name)_\(number)"
            }
          }
      default: [field.name]
      }
    }
    if hasSendTime { names.append("ts_out") }
    return names.joined(separator: ",")
  }

  /// Writes a record as a line of CSV, without the end of the line.
  package func writeCSV(
    _ record: borrowing DBNRecord,
    hasSendTime: Bool = false,
    to text: inout TextBuffer
  ) {
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(",") }
      switch field.kind {
      case .header: writeCells(Self.headerFields, of: record, at: 0, to: &text)
      case .levels(let count, let consolidated):
        for index in 0..<count {
          if index > 0 { text.append(",") }
          let fields = Self.levelFields(index, consolidated: consolidated)
          writeCells(fields, of: record, at: field.offset, to: &text)
        }
      default: writeCells([field], of: record, at: 0, to: &text)
      }
    }
    guard hasSendTime else { return }
    text.append(",")
    text.append(number: record.load(record.length - 8) as UInt64)
  }

  private func writeCells(
    _ fields: [Field],
    of record: borrowing DBNRecord,
    at base: Int,
    to text: inout TextBuffer
  ) {
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(",") }
      let offset = base + field.offset
      switch field.kind {
      case .character, .letter:
        let letter: UInt8 = record.load(offset)
        if letter != 0 { text.append(cell: String(Character(Unicode.Scalar(letter)))) }
      case .text(let size): text.append(cell: record.text(at: offset, size: size))
      default: text.append(plain: field.kind, of: record, at: offset)
      }
    }
  }
}

extension TextBuffer {
  /// A number that a record has at an offset.
  fileprivate mutating func append(
    plain kind: RecordLayout.Kind,
    of record: borrowing DBNRecord,
    at offset: Int
  ) {
    switch kind {
    case .unsigned8: append(number: record.load(offset) as UInt8)
    case .unsigned16: append(number: record.load(offset) as UInt16)
    case .unsigned32: append(number: record.load(offset) as UInt32)
    case .unsigned64: append(number: record.load(offset) as UInt64)
    case .signed8: append(number: record.load(offset) as Int8)
    case .signed16: append(number: record.load(offset) as Int16)
    case .signed32: append(number: record.load(offset) as Int32)
    case .signed64: append(number: record.load(offset) as Int64)
    case .character, .letter, .text, .header, .levels: break
    }
  }
}

extension DBNRecord {
  /// The C string in a field; empty, as Databento has it, where none ends or it is not UTF-8.
  func text(at offset: Int, size: Int) -> String {
    let field = UnsafeRawBufferPointer(start: base + offset, count: size)
    guard let end = field.firstIndex(of: 0) else { return "" }
    return String(validating: field[..<end], as: UTF8.self) ?? ""
  }
}
