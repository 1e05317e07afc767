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
