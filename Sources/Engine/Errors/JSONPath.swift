import GraphQLCore
import JSON

/// A place in a request, as Hasura's errors write it: `$.selectionSet.author.args.objects[0]`.
package struct JSONPath: Hashable, Sendable {
  package private(set) var text = "$"

  package init() {}

  /// A member of an object; what is no plain name is quoted: `["$set"]`.
  package mutating func append(key: String) {
    if Self.isPlain(key) {
      text += "." + key
    } else {
      var quoted: [UInt8] = []
      quoted.appendJSONString(key.utf8Span.span)
      text += "[" + String(decoding: quoted, as: UTF8.self) + "]"
    }
  }

  package mutating func append(index: Int) {
    text += "[\(index)]"
  }

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

extension JSONPath {
  /// The way from the operation's root: `$.selectionSet.author.args.where.id._eq`.
  ///
  /// Fragments are part of it only in what Hasura says before it has put them in.
  init(_ steps: some Sequence<PathStep>, namesFragments: Bool = false) {
    self.init()
    for step in steps {
      switch step {
      case .field(let name):
        append(key: "selectionSet")
        append(key: name)
      case .argument(let name):
        append(key: "args")
        append(key: name)
      case .fragment(let name):
        guard namesFragments else { continue }
        append(key: "selectionSet")
        append(key: name)
      case .inputField(let name): append(key: name)
      case .index(let index): append(index: index)
      }
    }
  }

  func appending(key: String) -> JSONPath {
    var path = self
    path.append(key: key)
    return path
  }
}
