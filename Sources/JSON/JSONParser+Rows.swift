/// An object whose member of one name has lists of objects that were left in the text.
package struct JSONObjectWithRows: Sendable {
  package var object: JSONObject
  /// Members of that member, by name; they are missing from the object.
  package var rows: [String: JSONRows]
}

extension JSONObjectWithRows {
  /// Reads a text that is an object; nil where it is better read as an ordinary value: for other
  /// texts, and where a key that matters stands twice.
  ///
  /// Only lists that hold at least one object, and nothing but objects, are left in the text.
  package init?(parsing bytes: [UInt8], rowsIn name: String) throws(JSONError) {
    guard bytes.count < JSONRows.Cell.maximumLength else { return nil }
    var parser = JSONParser(bytes.span)
    guard let found = try parser.objectWithRows(in: name, of: bytes) else { return nil }
    self = found
  }
}

extension JSONParser {
  fileprivate mutating func objectWithRows(
    in name: String,
    of text: [UInt8]
  ) throws(JSONError) -> JSONObjectWithRows? {
    skipWhitespace()
    guard try current() == UInt8(ascii: "{") else { return nil }
    var found: (object: JSONObject, rows: [String: JSONRows])?
    var members: [JSONObject.Member] = []
    try enter()
    if try !closes(UInt8(ascii: "}")) {
      repeat {
        let key = try key()
        guard key.hasSameBytes(as: name), try current() == UInt8(ascii: "{") else {
          members.append(JSONObject.Member(key: key, value: try value()))
          continue
        }
        guard found == nil, let inner = try membersWithRows(of: text) else { return nil }
        found = inner
        members.append(JSONObject.Member(key: key, value: .object(inner.object)))
      } while try continues(until: UInt8(ascii: "}"))
    }
    depth -= 1
    skipWhitespace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
    guard let found, members.count(where: { $0.key.hasSameBytes(as: name) }) == 1 else {
      return nil
    }
    return JSONObjectWithRows(object: JSONObject(members), rows: found.rows)
  }

  /// The members of an object, lists of objects among them left in the text; nil where one of those
  /// has the key of another member.
  private mutating func membersWithRows(
    of text: [UInt8]
  ) throws(JSONError) -> (object: JSONObject, rows: [String: JSONRows])? {
    try enter()
    var members: [JSONObject.Member] = []
    var rows: [String: JSONRows] = [:]
    if try !closes(UInt8(ascii: "}")) {
      repeat {
        let key = try key()
        if try current() == UInt8(ascii: "["), let list = try self.rows(of: text) {
          guard rows.updateValue(list, forKey: key) == nil else { return nil }
        } else {
          members.append(JSONObject.Member(key: key, value: try value()))
        }
      } while try continues(until: UInt8(ascii: "}"))
    }
    depth -= 1
    guard members.allSatisfy({ rows[$0.key] == nil }) else { return nil }
    return (JSONObject(members), rows)
  }

  /// A key with its colon and the space around it.
  private mutating func key() throws(JSONError) -> String {
    skipWhitespace()
    let byte = try current()
    guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(byte), at: position) }
    let key = try string()
    skipWhitespace()
    try expect(UInt8(ascii: ":"))
    skipWhitespace()
    return key
  }

  // MARK: - Rows

  /// A list of objects; nil, and the parser stays where it is, for any other list.
  private mutating func rows(of text: [UInt8]) throws(JSONError) -> JSONRows? {
    let start = position
    let outerDepth = depth
    var builder = JSONRowsBuilder()
    try enter()
    skipWhitespace()
    guard try current() == UInt8(ascii: "{") else { return goBack(to: start, outerDepth) }
    // By key: where it stands in the text for the first time, quotes included.
    var spellings: [Range<Int>] = []
    repeat {
      skipWhitespace()
      guard try current() == UInt8(ascii: "{") else { return goBack(to: start, outerDepth) }
      try enter()
      if try !closes(UInt8(ascii: "}")) {
        repeat {
          let key = try rowKey(&builder, &spellings)
          builder.append(try cell(), key)
        } while try continues(until: UInt8(ascii: "}"))
      }
      depth -= 1
      guard builder.endRow() else { return goBack(to: start, outerDepth) }
    } while try continues(until: UInt8(ascii: "]"))
    depth -= 1
    return JSONRows(builder, in: text, at: start..<position)
  }

  private mutating func goBack(to start: Int, _ outerDepth: Int) -> JSONRows? {
    position = start
    depth = outerDepth
    return nil
  }

  /// The number of a key; mostly it is spelt as in the row before.
  private mutating func rowKey(
    _ builder: inout JSONRowsBuilder,
    _ spellings: inout [Range<Int>]
  ) throws(JSONError) -> Int {
    skipWhitespace()
    if let expected = builder.expectedKey, stands(spellings[expected]) {
      position += spellings[expected].count
      skipWhitespace()
      try expect(UInt8(ascii: ":"))
      skipWhitespace()
      return expected
    }
    let byte = try current()
    guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(byte), at: position) }
    let start = position
    let index = builder.index(of: try string())
    if index == spellings.count { spellings.append(start..<position) }
    skipWhitespace()
    try expect(UInt8(ascii: ":"))
    skipWhitespace()
    return index
  }

  /// Whether the same bytes stand here as elsewhere.
  private func stands(_ range: Range<Int>) -> Bool {
    guard bytes.count - position >= range.count else { return false }
    for offset in 0..<range.count where bytes[position + offset] != bytes[range.lowerBound + offset]
    {
      return false
    }
    return true
  }

  /// Passes a value.
  private mutating func cell() throws(JSONError) -> JSONRows.Cell {
    let start = position
    switch try current() {
    case UInt8(ascii: "\""): return try stringCell()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      var scanner = NumberScanner(bytes, from: position)
      guard let end = scanner.scan() else { throw JSONError(.invalidNumber, at: position) }
      position = end
      return JSONRows.Cell(.number, start..<end)
    case UInt8(ascii: "t"):
      try keyword("true")
      return JSONRows.Cell(.trueValue, start..<position)
    case UInt8(ascii: "f"):
      try keyword("false")
      return JSONRows.Cell(.falseValue, start..<position)
    case UInt8(ascii: "n"):
      try keyword("null")
      return JSONRows.Cell(.null, start..<position)
    default:
      _ = try value()
      return JSONRows.Cell(.nested, start..<position)
    }
  }

  private mutating func stringCell() throws(JSONError) -> JSONRows.Cell {
    let start = position + 1
    var end = start
    var all: UInt8 = 0
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") {
        // Only what is not ASCII may be wrong as UTF-8.
        if all >= 0x80 { _ = try text(from: start, to: end) }
        position = end + 1
        return JSONRows.Cell(.string, start..<end)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      all |= byte
      end += 1
    }
    // With an escape, or with a fault that the ordinary way tells.
    _ = try string()
    return JSONRows.Cell(.escapedString, start..<position - 1)
  }
}
