/// How much room parts take when they are printed, which decides where lines break.
extension Printer {
  /// How much room something takes when it is printed.
  struct Measure {
    static var maximumLine: Int { 80 }

    var length = 0
    var newlines = 0
    /// Of a list or object: its items stand on lines of their own.
    var breaks = false
  }

  mutating func measure(_ node: NodeID) -> Measure {
    switch document.kind(node) {
    case .argument, .objectField:
      let name = document.bytes(document.nameID(node)).count
      guard let value = document.value(of: node) else { return Measure(length: name) }
      var result = measure(value)
      result.length += name + 2
      return result
    case .list, .object:
      if let known = measures[node] { return known }
      let result = measureCollection(node)
      measures[node] = result
      return result
    case .variable: return Measure(length: document.bytes(document.nameID(node)).count + 1)
    case .enumValue: return Measure(length: document.bytes(document.nameID(node)).count)
    case .string: return Measure(length: StringPrinter.quoted(document.string(node)).characters)
    case .blockString:
      let printed = Array(StringPrinter.block(document.string(node)).utf8)
      let newlines = printed.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
      return Measure(length: printed.characters, newlines: newlines)
    default: return Measure(length: document.literalRange(node).count)
    }
  }

  private mutating func measureCollection(_ node: NodeID) -> Measure {
    let items = items(of: node)
    let brackets = document.kind(node) == .list ? 2 : 4
    let flat = joined(items, separator: 2)
    guard brackets + flat.length > Measure.maximumLine else {
      return Measure(length: brackets + flat.length, newlines: flat.newlines)
    }
    let broken = joined(items, separator: 1)
    let newlines = broken.newlines + items.count - 1
    return Measure(
      length: broken.length + 2 * (newlines + 1) + 4,
      newlines: newlines + 2,
      breaks: true
    )
  }

  mutating func joined(_ items: [NodeID], separator: Int) -> Measure {
    var result = Measure(length: max(0, items.count - 1) * separator)
    for item in items {
      let measure = measure(item)
      result.length += measure.length
      result.newlines += measure.newlines
    }
    return result
  }

  /// Whether a definition takes more than one line.
  mutating func hasNewline(_ definition: NodeID) -> Bool {
    if document.description(of: definition) != nil { return true }
    if let value = document.defaultValue(of: definition), measure(value).newlines > 0 {
      return true
    }
    for directive in document.children(of: definition, .directive) {
      for argument in document.children(of: directive) where measure(argument).newlines > 0 {
        return true
      }
    }
    return false
  }
}

extension [UInt8] {
  /// How many scalar values UTF-8 text has.
  fileprivate var characters: Int { reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
}
