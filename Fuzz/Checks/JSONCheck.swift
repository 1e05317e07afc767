import JSON

/// JSON out of any bytes: taken exactly where a plain reading takes it, and the same when written.
enum JSONCheck {
  private static let maximumDepth = 64

  static func run(_ bytes: [UInt8]) {
    checkRows(bytes)
    checkRows(Array(#"{"v": {"rows": "#.utf8) + bytes + Array("}}".utf8))
    let value: JSONValue?
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes.span, maximumDepth: maximumDepth)
    } catch {
      value = nil
      precondition(error.offset <= bytes.count, "the error is outside the text")
    }
    var recognizer = JSONRecognizer(bytes, maximumDepth: maximumDepth)
    precondition(recognizer.accepts() == (value != nil), "the plain reading differs")
    guard let value else { return }
    guard let again = try? JSONValue(parsing: value.text, maximumDepth: maximumDepth) else {
      preconditionFailure("what is written does not parse")
    }
    precondition(again == value, "written, it is another value")
    precondition(again.text == value.text, "written again, it is another text")
  }

  /// Rows that are left in the text are what the ordinary way makes of them.
  private static func checkRows(_ bytes: [UInt8]) {
    let value = Result { () throws(JSONError) in try JSONValue(parsing: bytes.span) }
    let found = Result { () throws(JSONError) in
      try JSONObjectWithRows(parsing: bytes, rowsIn: "v")
    }
    switch (value, found) {
    case (.failure(let error), .failure(let other)):
      precondition(error == other, "the error differs with rows")
    // An object that is better read in the ordinary way is not read to its end.
    case (.failure, .success(nil)), (.success, .success(nil)): break
    case (.success(let value), .success(let found?)): check(found, against: value)
    default: preconditionFailure("with rows, it is taken differently")
    }
  }

  private static func check(_ found: JSONObjectWithRows, against value: JSONValue) {
    var object = found.object
    for (name, rows) in found.rows {
      var inner = object["v"]?.object ?? JSONObject()
      inner.append(name, rows.value)
      object["v"] = .object(inner)
      let list = value["v"]?[name]?.array ?? []
      precondition(list == rows.value.array, "the rows are others")
      for (row, expected) in list.enumerated() {
        for key in rows.keys.indices {
          var place = 0
          let cell = rows.cell(row, key, near: &place)
          precondition(cell.map(rows.value) == expected[rows.keys[key]], "a cell is another")
        }
      }
    }
    precondition(object["v"]?.object?.count == value["v"]?.object?.count, "members are lost")
    object["v"] = value["v"]
    precondition(object == value.object, "the rest is another")
  }
}

/// Says whether bytes are JSON (RFC 8259) without a null character or a lone surrogate.
///
/// It keeps a stack of brackets in place of calls, and builds nothing.
private struct JSONRecognizer {
  private let bytes: [UInt8]
  private let maximumDepth: Int
  private var position = 0

  init(_ bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  mutating func accepts() -> Bool {
    var open: [UInt8] = []
    var wantsValue = true
    // After `[` or `{` the closing bracket may come at once, after a comma it may not.
    var mayClose = false
    while true {
      skipSpace()
      guard position < bytes.count else { return open.isEmpty && !wantsValue }
      let byte = bytes[position]
      if wantsValue {
        if mayClose, byte == closing(open.last) {
          open.removeLast()
          position += 1
          wantsValue = false
        } else {
          if open.last == UInt8(ascii: "{"), !key() { return false }
          guard position < bytes.count else { return false }
          let first = bytes[position]
          if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            open.append(first)
            position += 1
            if open.count > maximumDepth { return false }
            mayClose = true
            continue
          }
          guard scalar() else { return false }
          wantsValue = false
        }
        mayClose = false
      } else if byte == UInt8(ascii: ","), !open.isEmpty {
        position += 1
        wantsValue = true
      } else if byte == closing(open.last) {
        open.removeLast()
        position += 1
      } else {
        return false
      }
    }
  }

  private func closing(_ bracket: UInt8?) -> UInt8? {
    bracket.map { $0 == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]") }
  }

  private mutating func skipSpace() {
    while position < bytes.count, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
  }

  private mutating func key() -> Bool {
    guard string() else { return false }
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return false }
    position += 1
    skipSpace()
    return true
  }

  private mutating func scalar() -> Bool {
    for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return true
    }
    return bytes[position] == UInt8(ascii: "\"") ? string() : number()
  }

  private mutating func number() -> Bool {
    let start = position
    while position < bytes.count, "+-.0123456789Ee".utf8.contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
  }

  private mutating func string() -> Bool {
    guard bytes[position] == UInt8(ascii: "\"") else { return false }
    position += 1
    let start = position
    var units: [UInt16] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      let byte = bytes[position]
      position += 1
      if byte < 0x20 { return false }
      guard byte == UInt8(ascii: "\\") else {
        // Any character between two halves keeps them from being a pair.
        units.append(0x20)
        continue
      }
      guard position < bytes.count else { return false }
      let escape = bytes[position]
      position += 1
      if escape == UInt8(ascii: "u") {
        let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16), unit != 0,
          digits.utf8.first != UInt8(ascii: "+")
        else { return false }
        units.append(unit)
        position += 4
      } else {
        guard "\"\\/bfnrt".utf8.contains(escape) else { return false }
        units.append(0x20)
      }
    }
    guard position < bytes.count else { return false }
    position += 1
    return String(validating: bytes[start..<(position - 1)], as: UTF8.self) != nil
      && String(validating: units, as: UTF16.self) != nil
  }
}
