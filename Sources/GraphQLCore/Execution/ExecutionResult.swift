package import JSON

/// What execution gives: data, which may have holes, and the errors that made them (§7.1).
package struct ExecutionResult: Sendable {
  package let data: ResponseValue
  package let errors: [ExecutionError]
}

/// A completed part of a response.
package indirect enum ResponseValue: Sendable {
  case null
  case leaf(JSONValue)
  case list([ResponseValue])
  case object([ResponseField])
  /// JSON text that is ready: what introspection answers.
  case text([UInt8])
}

/// A field of a ``ResponseValue/object(_:)``.
package struct ResponseField: Sendable {
  package let name: String
  package let value: ResponseValue
}

extension ResponseValue {
  package func write(into writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .leaf(let value): writer.value(value)
    case .text(let bytes): writer.raw(bytes.span)
    case .list(let items):
      writer.beginArray()
      for item in items { item.write(into: &writer) }
      writer.endArray()
    case .object(let fields):
      writer.beginObject()
      for field in fields {
        writer.key(field.name)
        field.value.write(into: &writer)
      }
      writer.endObject()
    }
  }
}
