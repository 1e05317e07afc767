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

  /// Calls back with the names and values of the same fields as they were sent; the bytes live as
  /// long as the call.
  package func forEachBytes(
    prefix: StaticString,
    _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
  ) {
    bytes.withUnsafeBytes { all in
      for entry in entries where begins(entry.name, with: prefix) {
        body(
          UnsafeRawBufferPointer(rebasing: all[entry.name]),
          UnsafeRawBufferPointer(rebasing: all[entry.value])
        )
      }
    }
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
