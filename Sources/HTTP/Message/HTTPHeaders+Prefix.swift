extension HTTPHeaders {
  /// Calls back with each field whose name begins so, its name in small letters.
  ///
  /// Fields of other names cost a comparison and no memory.
  package func forEach(
    prefix: StaticString,
    _ body: (_ name: String, _ value: ArraySlice<UInt8>) -> Void
  ) {
    for entry in entries where begins(entry.name, with: prefix) {
      let name = bytes[entry.name].map(Self.lowercased)
      body(String(decoding: name, as: UTF8.self), bytes[entry.value])
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
