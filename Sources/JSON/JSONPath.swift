/// A place in a JSON text, as Hasura's errors write it: `$.selectionSet.author.args.objects[0]`.
package struct JSONPath: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  package var steps: [Step]

  package init(_ steps: [Step] = []) {
    self.steps = steps
  }

  package static let root = JSONPath()

  /// A member of the object at this place.
  package func key(_ key: String) -> JSONPath { JSONPath(steps + [.key(key)]) }

  /// An element of the array at this place.
  package func index(_ index: Int) -> JSONPath { JSONPath(steps + [.index(index)]) }

  package mutating func append(key: String) { steps.append(.key(key)) }

  package mutating func append(index: Int) { steps.append(.index(index)) }
}

extension JSONPath: CustomStringConvertible {
  /// The path's text; a key that is no plain name is quoted: `["$set"]`.
  package var text: String {
    var text = "$"
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key) where Self.isPlain(key): text += "." + key
      case .key(let key): text += "[\(JSONValue.string(key).text)]"
      }
    }
    return text
  }

  package var description: String { text }

  /// Letters, digits, `_` and `-`, of which a letter or `_` comes first.
  private static func isPlain(_ key: String) -> Bool {
    guard let first = key.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else {
      return false
    }
    return key.utf8.allSatisfy { byte in
      isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }
}
