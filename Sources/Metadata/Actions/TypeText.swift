/// A GraphQL type as custom types and actions write it: `[Int!]!`.
package indirect enum TypeText: Hashable, Sendable {
  case named(String)
  case list(TypeText)
  case nonNull(TypeText)

  /// Nil where the text is no type.
  package init?(_ text: String) {
    var rest = Substring(text.filter { !$0.isWhitespace })
    guard let type = TypeText(reading: &rest, depth: 0), rest.isEmpty else { return nil }
    self = type
  }

  private init?(reading text: inout Substring, depth: Int) {
    guard depth < 32 else { return nil }
    var type: TypeText
    if text.first == "[" {
      text.removeFirst()
      guard let inner = TypeText(reading: &text, depth: depth + 1), text.first == "]" else {
        return nil
      }
      text.removeFirst()
      type = .list(inner)
    } else {
      let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard String(name).isGraphQLName else { return nil }
      text.removeFirst(name.count)
      type = .named(String(name))
    }
    if text.first == "!" {
      text.removeFirst()
      type = .nonNull(type)
    }
    self = type
  }

  /// The name within lists and non-null wrappers.
  package var name: String {
    switch self {
    case .named(let name): name
    case .list(let inner), .nonNull(let inner): inner.name
    }
  }

  package var isList: Bool {
    switch self {
    case .named: false
    case .list: true
    case .nonNull(let inner): inner.isList
    }
  }

  package var isNullable: Bool {
    if case .nonNull = self { false } else { true }
  }

  package var text: String {
    switch self {
    case .named(let name): name
    case .list(let inner): "[\(inner.text)]"
    case .nonNull(let inner): inner.text + "!"
    }
  }
}

extension TypeText {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    let text = try cursor.string()
    guard let type = TypeText(text) else {
      throw cursor.failure("not a valid GraphQL type: \(text)")
    }
    self = type
  }
}
