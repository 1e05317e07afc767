import JSON

/// Reads a YAML text as a JSON value, by the core schema of YAML 1.2.
///
/// Aliases and merge keys are expanded. What they may expand to is bounded, and so is the depth: a
/// few lines cannot ask for more memory or stack than there is.
struct YAMLReader: ~Copyable {
  private static let maximumDepth = 100
  private static let maximumNodes = 2_000_000

  private struct Node {
    var value: JSONValue
    /// How many values it is made of, itself included.
    var size: Int
  }

  private var parser: YAMLParser
  private var anchors: [String: Node] = [:]
  private var nodes = 0
  /// Reads what an `!include` names; an error of its own takes the place of ours.
  private let include: (String, YAMLEvent) throws(YAMLError) -> JSONValue

  init(
    _ bytes: [UInt8],
    include: @escaping (String, YAMLEvent) throws(YAMLError) -> JSONValue
  ) throws(YAMLError) {
    parser = try YAMLParser(bytes)
    self.include = include
  }

  /// The one document of the text; null where the text is empty.
  mutating func read() throws(YAMLError) -> JSONValue {
    var document: JSONValue = .null
    var hasDocument = false
    while true {
      let event = try parser.next()
      switch event.content {
      case .streamStart, .documentEnd: continue
      case .streamEnd: return document
      case .documentStart:
        guard !hasDocument else { throw failure("a second document", event) }
        hasDocument = true
        document = try node(try parser.next(), depth: 0).value
      default: throw failure("unexpected content", event)
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> Node {
    guard depth <= Self.maximumDepth else {
      throw failure("nested deeper than \(Self.maximumDepth) levels", event)
    }
    let node: Node
    switch event.content {
    case .alias(let name):
      guard let target = anchors[name] else { throw failure("unknown alias *\(name)", event) }
      try count(target.size, event)
      return target
    case .scalar(let text, let isPlain):
      node = Node(value: try scalar(text, isPlain: isPlain, event), size: 1)
      try count(1, event)
    case .sequenceStart: node = try sequence(event, depth: depth)
    case .mappingStart: node = try mapping(event, depth: depth)
    default: throw failure("unexpected content", event)
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func count(_ size: Int, _ event: YAMLEvent) throws(YAMLError) {
    nodes += size
    guard nodes <= Self.maximumNodes else {
      throw failure("more than \(Self.maximumNodes) values", event)
    }
  }

  private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(YAMLError) -> Node {
    try count(1, start)
    var elements: [JSONValue] = []
    var size = 1
    while true {
      let event = try parser.next()
      if event.content == .sequenceEnd { return Node(value: .array(elements), size: size) }
      let element = try node(event, depth: depth + 1)
      elements.append(element.value)
      size += element.size
    }
  }

  private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(YAMLError) -> Node {
    try count(1, start)
    var object = JSONObject()
    var keys: Set<[UInt8]> = []
    var merged: [JSONObject] = []
    var size = 1
    while true {
      let event = try parser.next()
      if event.content == .mappingEnd { break }
      guard case .scalar(let key, let isPlain) = event.content else {
        throw failure("a key that is no scalar", event)
      }
      let value = try node(try parser.next(), depth: depth + 1)
      size += value.size
      if isPlain, key == "<<" {
        merged += try self.merged(value.value, event)
      } else {
        guard keys.insert(Array(key.utf8)).inserted else {
          throw failure("the key \(key) stands twice", event)
        }
        object.append(key, value.value)
      }
    }
    for member in merged.flatMap(\.members) where keys.insert(Array(member.key.utf8)).inserted {
      object.append(member.key, member.value)
    }
    return Node(value: .object(object), size: size)
  }

  private func merged(
    _ value: JSONValue,
    _ event: YAMLEvent
  ) throws(YAMLError) -> [JSONObject] {
    if let object = value.object { return [object] }
    let objects = (value.array ?? []).compactMap(\.object)
    guard let array = value.array, objects.count == array.count else {
      throw failure("a merge of what is no mapping", event)
    }
    return objects
  }

  // MARK: - Scalars

  private func scalar(
    _ text: String,
    isPlain: Bool,
    _ event: YAMLEvent
  ) throws(YAMLError) -> JSONValue {
    if event.tag == "!include" { return try include(text, event) }
    let directive = "!include "
    if text.hasPrefix(directive) {
      return try include(String(text.dropFirst(directive.count)), event)
    }
    guard isPlain, event.tag == nil else { return .string(text) }
    return Self.plain(text)
  }

  /// What a scalar without quotes means.
  static func plain(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return JSONNumber(text).map { .number($0) } ?? .string(text)
    }
  }

  private func failure(_ message: String, _ event: YAMLEvent) -> YAMLError {
    YAMLError(message, line: event.line, column: event.column)
  }
}
