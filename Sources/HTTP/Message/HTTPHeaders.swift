/// The header fields of a request, in the order in which they came.
///
/// All bytes of the head stand in one array and the fields are offsets into it: a `String` is made
/// only for what is asked for.
package struct HTTPHeaders: Sendable {
  /// Where a field stands in `bytes`; the value without the white space around it.
  struct Entry: Hashable, Sendable {
    var nameStart: UInt32
    var nameEnd: UInt32
    var valueStart: UInt32
    var valueEnd: UInt32

    var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
  }

  let bytes: [UInt8]
  let entries: [Entry]

  init(bytes: [UInt8], entries: [Entry]) {
    self.bytes = bytes
    self.entries = entries
  }

  /// Headers made from text; for those who make requests themselves.
  package init(_ fields: [(name: String, value: String)] = []) {
    var bytes: [UInt8] = []
    var entries: [Entry] = []
    func append(_ text: String) -> Range<UInt32> {
      let start = UInt32(bytes.count)
      bytes.append(contentsOf: text.utf8)
      return start..<UInt32(bytes.count)
    }
    for field in fields {
      let name = append(field.name)
      let value = append(field.value)
      entries.append(
        Entry(
          nameStart: name.lowerBound,
          nameEnd: name.upperBound,
          valueStart: value.lowerBound,
          valueEnd: value.upperBound
        )
      )
    }
    self.init(bytes: bytes, entries: entries)
  }

  /// The number of fields.
  package var count: Int { entries.count }

  /// The value of the first field of a name; names are the same in any case of letters.
  package subscript(_ name: String) -> String? {
    firstIndex(of: name).map { text(entries[$0].value) }
  }

  /// The values of all fields of a name.
  package func all(_ name: String) -> [String] {
    entries.filter { hasName($0, name) }.map { text($0.value) }
  }

  /// The bytes of the values of all fields of a name: for secrets, which are compared as bytes.
  package func allBytes(_ name: String) -> [ArraySlice<UInt8>] {
    entries.filter { hasName($0, name) }.map { bytes[$0.value] }
  }

  /// Calls back with each field, its name in small letters.
  package func forEach(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
    for entry in entries {
      let name = bytes[entry.name].map(Self.lowercased)
      try body(String(decoding: name, as: UTF8.self), text(entry.value))
    }
  }

  /// Calls back with each field, its name in the letters that were sent.
  package func forEachAsSent(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
    for entry in entries {
      try body(String(decoding: bytes[entry.name], as: UTF8.self), text(entry.value))
    }
  }

  // MARK: - Inside

  func firstIndex(of name: String) -> Int? {
    entries.firstIndex { hasName($0, name) }
  }

  func hasName(_ entry: Entry, _ name: String) -> Bool {
    Self.isSame(bytes, entry.name, name)
  }

  /// UTF-8, or Latin-1 where it is not: every value can be read, none is silently repaired.
  private func text(_ range: Range<Int>) -> String {
    // `String(validating:as:)` looks up generic metadata at each call.
    if let text = try? UTF8Span(validating: bytes.span.extracting(range)) {
      return String(copying: text)
    }
    var text = String.UnicodeScalarView()
    for byte in bytes[range] { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  /// Whether bytes are an ASCII word, in any case of letters.
  static func isSame(_ bytes: [UInt8], _ range: Range<Int>, _ word: String) -> Bool {
    // Most names differ in length.
    range.count == word.utf8.count
      && bytes.span.extracting(range).isSameWord(as: word.utf8Span.span)
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
