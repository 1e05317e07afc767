/// A YAML text of settings: one mapping of names to scalars, or to lists of scalars.
///
/// Each setting keeps the line that it stands on, for what is wrong with it.
package struct YAMLSettings: Hashable, Sendable {
  package struct Setting: Hashable, Sendable {
    package var name: String
    /// From 1.
    package var line: Int
    /// The scalars as they are written, one unless it is a list.
    package var values: [String]
    package var isList: Bool
  }

  package private(set) var settings: [Setting] = []

  package init(_ bytes: [UInt8]) throws(YAMLError) {
    var parser = try YAMLParser(bytes)
    var hasDocument = false
    while true {
      let event = try parser.next()
      switch event.content {
      case .streamStart, .documentEnd: continue
      case .streamEnd: return
      case .documentStart:
        guard !hasDocument else { throw Self.problem("a second document", event) }
        hasDocument = true
        try readMapping(&parser)
      default: throw Self.problem("unexpected content", event)
      }
    }
  }

  private mutating func readMapping(_ parser: inout YAMLParser) throws(YAMLError) {
    let start = try parser.next()
    guard start.content == .mappingStart else {
      throw Self.problem("settings are written as name: value", start)
    }
    while true {
      let key = try parser.next()
      if key.content == .mappingEnd { return }
      guard case .scalar(let name, _) = key.content else {
        throw Self.problem("the name of a setting is a word", key)
      }
      guard !settings.contains(where: { $0.name == name }) else {
        throw Self.problem("\(name) is set twice", key)
      }
      settings.append(try Self.setting(name, key.line, &parser))
    }
  }

  private static func setting(
    _ name: String,
    _ line: Int,
    _ parser: inout YAMLParser
  ) throws(YAMLError) -> Setting {
    let value = try parser.next()
    switch value.content {
    case .scalar(let text, _):
      return Setting(name: name, line: line, values: [text], isList: false)
    case .sequenceStart:
      var setting = Setting(name: name, line: line, values: [], isList: true)
      while true {
        let element = try parser.next()
        if element.content == .sequenceEnd { return setting }
        guard case .scalar(let text, _) = element.content else {
          throw problem("\(name) is a list of plain values", element)
        }
        setting.values.append(text)
      }
    default: throw problem("\(name) is a plain value, or a list of them", value)
    }
  }

  private static func problem(_ message: String, _ event: YAMLEvent) -> YAMLError {
    YAMLError(message, line: event.line, column: event.column)
  }
}
