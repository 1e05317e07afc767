/// Appends JSON text to a byte buffer.
///
/// The writer keeps the one thing that JSON needs remembered, whether a comma is due, so that
/// callers write members in order and never look back.
package struct JSONWriter: ~Copyable {
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  /// Writes to the end of what the buffer holds; hand it over with `consume`, else it is copied.
  package init(appendingTo bytes: consuming [UInt8] = []) {
    self.bytes = bytes
  }

  package consuming func finish() -> [UInt8] { bytes }

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  package mutating func key(_ key: borrowing String) {
    separate()
    bytes.appendJSONString(key.utf8Span.span)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func string(_ value: borrowing String) {
    separate()
    bytes.appendJSONString(value.utf8Span.span)
  }

  package mutating func int(_ value: Int) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  package mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// JSON text that another writer, such as PostgreSQL, has produced already.
  package mutating func raw(_ json: Span<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .number(let value): raw(value.text.utf8Span.span)
    case .string(let value): string(value)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let object):
      beginObject()
      for member in object.members {
        key(member.key)
        self.value(member.value)
      }
      endObject()
    }
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}

extension JSONValue {
  /// The value as JSON text without white space.
  package var serialized: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.finish()
  }

  /// The value as JSON text without white space.
  package var text: String { String(decoding: serialized, as: UTF8.self) }
}
