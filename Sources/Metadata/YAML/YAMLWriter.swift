package import JSON

/// Writes a JSON value as YAML for people: block style, quotes only where they are needed.
package struct YAMLWriter {
  private var text = ""

  /// The value as a document that ends with a line break.
  package static func document(_ value: JSONValue) -> [UInt8] {
    var writer = YAMLWriter()
    writer.write(value, indentation: 0)
    return Array(writer.text.utf8)
  }

  /// Writes a value that starts on a new line.
  private mutating func write(_ value: JSONValue, indentation: Int) {
    switch value {
    case .object(let object) where !object.isEmpty:
      write(object, indentation: indentation)
    case .array(let array) where !array.isEmpty:
      for element in array {
        indent(indentation)
        text += "-"
        writeElement(element, indentation: indentation + 2)
      }
    default:
      indent(indentation)
      writeScalar(value, indentation: indentation)
    }
  }

  private mutating func write(
    _ object: JSONObject,
    indentation: Int,
    startsInline: Bool = false
  ) {
    for (index, member) in object.members.enumerated() {
      indent(startsInline && index == 0 ? 0 : indentation)
      text += Self.isPlain(member.key) ? member.key : Self.quoted(member.key)
      text += ":"
      if member.value.isBlock {
        text += "\n"
        write(member.value, indentation: indentation + 2)
      } else {
        text += " "
        writeScalar(member.value, indentation: indentation + 2)
      }
    }
  }

  /// Writes an element after its dash; a mapping starts on the dash's line.
  private mutating func writeElement(_ element: JSONValue, indentation: Int) {
    switch element {
    case .object(let object) where !object.isEmpty:
      text += " "
      write(object, indentation: indentation, startsInline: true)
    case .array(let array) where !array.isEmpty:
      text += "\n"
      write(element, indentation: indentation)
    default:
      text += " "
      writeScalar(element, indentation: indentation)
    }
  }

  private mutating func writeScalar(_ value: JSONValue, indentation: Int) {
    switch value {
    case .object: text += "{}\n"
    case .array: text += "[]\n"
    case .string(let string): write(string, indentation: indentation)
    default: text += "\(value.text)\n"
    }
  }

  private mutating func indent(_ count: Int) {
    text += String(repeating: " ", count: count)
  }

  // MARK: - Strings

  private mutating func write(_ string: String, indentation: Int) {
    if Self.isPlain(string) {
      text += "\(string)\n"
    } else if Self.isLiteral(string) {
      writeLiteral(string, indentation: indentation)
    } else {
      text += "\(Self.quoted(string))\n"
    }
  }

  /// Several lines as they are, below a `|`.
  private mutating func writeLiteral(_ string: String, indentation: Int) {
    let endsWithBreak = string.utf8.last == UInt8(ascii: "\n")
    text += endsWithBreak ? "|\n" : "|-\n"
    let lines = (endsWithBreak ? string.dropLast() : string[...])
      .split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines {
      if !line.isEmpty {
        indent(indentation)
        text += line
      }
      text += "\n"
    }
  }

  /// Whether every reader takes the text without quotes for this string.
  static func isPlain(_ string: String) -> Bool {
    guard let first = string.utf8.first, let last = string.utf8.last,
      first.isLetter || first == UInt8(ascii: "_") || first == UInt8(ascii: "/"),
      last != UInt8(ascii: " ")
    else { return false }
    guard string.utf8.allSatisfy({ $0.isPlain }) else { return false }
    // YAML 1.1 takes more words for Booleans than YAML 1.2 does.
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
    return !words.contains(string.lowercased())
  }

  /// Whether the text can stand as lines below a `|`, byte for byte.
  static func isLiteral(_ string: String) -> Bool {
    guard string.utf8.dropLast().contains(UInt8(ascii: "\n")),
      let first = string.utf8.first, first > UInt8(ascii: " "),
      !string.utf8.suffix(2).elementsEqual("\n\n".utf8)
    else { return false }
    var previous: UInt8 = 0
    for byte in string.utf8 {
      let isBreak = byte == UInt8(ascii: "\n")
      guard isBreak || (byte >= 0x20 && byte < 0x7F) else { return false }
      if isBreak && previous == UInt8(ascii: " ") { return false }
      previous = byte
    }
    return previous != UInt8(ascii: " ")
  }

  /// A JSON string, which YAML reads as one; what YAML does not allow as it is gets escaped.
  static func quoted(_ string: String) -> String {
    var result = ""
    for scalar in JSONValue.string(string).text.unicodeScalars {
      switch scalar.value {
      case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension JSONValue {
  fileprivate var isBlock: Bool {
    switch self {
    case .object(let object): !object.isEmpty
    case .array(let array): !array.isEmpty
    default: false
    }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  /// Whether the byte means nothing to YAML wherever it stands.
  fileprivate var isPlain: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "$"), UInt8(ascii: " "):
      true
    default: isLetter
    }
  }
}
