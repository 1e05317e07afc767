extension HTTPHeaders {
  /// One field; text is made of it only where it is asked for.
  package struct Field {
    private let headers: HTTPHeaders
    private let entry: Entry

    init(_ headers: HTTPHeaders, _ entry: Entry) {
      self.headers = headers
      self.entry = entry
    }

    package var value: ArraySlice<UInt8> { headers.bytes[entry.value] }

    /// The name in the letters that were sent.
    package var nameBytes: ArraySlice<UInt8> { headers.bytes[entry.name] }

    /// The name in small letters.
    package var name: String {
      String(decoding: headers.bytes[entry.name].map(HTTPHeaders.lowercased), as: UTF8.self)
    }

    package func hasName(_ name: String) -> Bool { headers.hasName(entry, name) }
  }

  /// Calls back with each field whose name begins so.
  package func forEach(prefix: StaticString, _ body: (Field) -> Void) {
    for entry in entries where begins(entry.name, with: prefix) { body(Field(self, entry)) }
  }

  private func begins(_ name: Range<Int>, with prefix: StaticString) -> Bool {
    guard name.count >= prefix.utf8CodeUnitCount else { return false }
    for offset in 0..<prefix.utf8CodeUnitCount
    where Self.lowercased(bytes[name.lowerBound + offset]) != prefix.utf8Start[offset] {
      return false
    }
    return true
  }
}
