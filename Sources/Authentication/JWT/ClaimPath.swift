package import JSON

/// Where a claim stands: `$.user.roles`, `$['https://example.com/claims'].id`, `$.ids[0]`.
package struct ClaimPath: Hashable, Sendable {
  package let path: JSONPath

  /// Nil where the text is no path; the `$` may be left out, as Hasura lets it.
  package init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    var steps: [JSONPath.Step] = []
    if bytes.first == UInt8(ascii: "$") {
      bytes.removeFirst()
    } else if let first = bytes.first, first != UInt8(ascii: "."), first != UInt8(ascii: "[") {
      guard let name = ClaimPath.takeName(&bytes) else { return nil }
      steps.append(.key(name))
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "."):
        // Hasura takes `.[` for `[`.
        if bytes.first == UInt8(ascii: "[") { continue }
        guard let name = ClaimPath.takeName(&bytes) else { return nil }
        steps.append(.key(name))
      case UInt8(ascii: "["):
        guard let step = ClaimPath.takeBracket(&bytes) else { return nil }
        steps.append(step)
      default: return nil
      }
    }
    path = JSONPath(steps)
  }

  private static func takeName(_ bytes: inout ArraySlice<UInt8>) -> String? {
    let name = bytes.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
    let isPlain = name.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty else { return nil }
    bytes = bytes[name.endIndex...]
    return String(decoding: name, as: UTF8.self)
  }

  private static func takeBracket(_ bytes: inout ArraySlice<UInt8>) -> JSONPath.Step? {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
      bytes.removeFirst()
      let key = bytes.prefix { $0 != first }
      bytes = bytes[key.endIndex...]
      guard bytes.starts(with: [first, UInt8(ascii: "]")]) else { return nil }
      bytes.removeFirst(2)
      return .key(String(decoding: key, as: UTF8.self))
    }
    let digits = bytes.prefix { $0 != UInt8(ascii: "]") }
    bytes = bytes[digits.endIndex...]
    guard bytes.popFirst() != nil, digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
      let index = Int(String(decoding: digits, as: UTF8.self))
    else { return nil }
    return .index(index)
  }

  /// What stands there; nil where nothing does.
  func value(in root: JSONValue) -> JSONValue? {
    var value = root
    for step in path.steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let member = object[key] else { return nil }
        value = member
      case (.index(let index), .array(let elements)):
        guard elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
