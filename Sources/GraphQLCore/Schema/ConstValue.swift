/// A value as a document writes it, without variables: a default value of a schema.
package indirect enum ConstValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The digits as they were written.
  case int(String)
  case float(String)
  case string(String)
  case enumValue(String)
  case list([ConstValue])
  case object([ConstField])
}

/// A field of a ``ConstValue/object(_:)``.
package struct ConstField: Hashable, Sendable {
  package let name: String
  package let value: ConstValue

  package init(name: String, value: ConstValue) {
    self.name = name
    self.value = value
  }
}

extension ConstValue {
  /// The value as GraphQL text, broken into lines where one would be too long.
  package var text: String {
    var output: [UInt8] = []
    write(into: &output)
    guard output.count > 80,
      let document = try? Document(parsing: output, as: .constValue, limits: .trusted),
      let value = document.firstChild(of: .document)
    else { return String(decoding: output, as: UTF8.self) }
    return document.printed(value)
  }

  private func write(into output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .boolean(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .int(let text), .float(let text), .enumValue(let text):
      output.append(contentsOf: text.utf8)
    case .string(let text): output.append(contentsOf: StringPrinter.quoted(text))
    case .list(let items):
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(contentsOf: ", ".utf8) }
        item.write(into: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let fields):
      output.append(contentsOf: "{ ".utf8)
      for (index, field) in fields.enumerated() {
        if index > 0 { output.append(contentsOf: ", ".utf8) }
        output.append(contentsOf: "\(field.name): ".utf8)
        field.value.write(into: &output)
      }
      output.append(contentsOf: " }".utf8)
    }
  }
}
