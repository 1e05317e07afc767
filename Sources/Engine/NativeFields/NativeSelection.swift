import JSON

/// A field that is selected of an object of a ``NativeField``.
package struct NativeSelection: Sendable {
  /// Its name in the answer.
  package let key: String
  /// The name of the member; nil for `__typename`.
  package let member: String?
  package let type: NativeType
  /// What is selected of the member, where it is an object; in a list, of each.
  package let selection: [NativeSelection]
}

extension [NativeSelection] {
  /// What is selected, as a text that is the same for equal selections.
  package var signature: String {
    map { field in
      let member = field.member.map { $0 == field.key ? "" : ":\($0)" } ?? ":__typename"
      return field.key + member + (field.selection.isEmpty ? "" : "{\(field.selection.signature)}")
    }
    .joined(separator: " ")
  }
}

/// Writes what a function returned, as far as it is selected.
struct NativeWriter {
  let path: String

  func write(
    _ value: JSONValue,
    as type: NativeType,
    _ selection: [NativeSelection],
    into writer: inout JSONWriter
  ) throws(HasuraError) {
    if case .nonNull(let inner) = type {
      guard !value.isNull else { throw failure("null where the type has none") }
      return try write(value, as: inner, selection, into: &writer)
    }
    if value.isNull { return writer.null() }
    switch type {
    case .scalar, .enumeration: writer.value(value)
    case .list(let element):
      guard let elements = value.array else { throw failure("no list") }
      writer.beginArray()
      for value in elements { try write(value, as: element, selection, into: &writer) }
      writer.endArray()
    case .object(let object):
      guard let members = value.object else { throw failure("no object") }
      writer.beginObject()
      for selected in selection {
        writer.key(selected.key)
        guard let member = selected.member else {
          writer.string(object.name)
          continue
        }
        let value = members[member] ?? .null
        try write(value, as: selected.type, selected.selection, into: &writer)
      }
      writer.endObject()
    case .row, .nonNull: throw failure("a row among values")
    }
  }

  private func failure(_ what: String) -> HasuraError {
    HasuraError(.unexpected, "the function behind the field returned \(what)", path: path)
  }
}
