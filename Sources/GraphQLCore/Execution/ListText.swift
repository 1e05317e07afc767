/// Lists that are given as one text, in the notation that PostgreSQL has for arrays.
///
/// Only schemas that ask for it take them (``SchemaBuilder/takesListTexts``): elsewhere a text for a
/// list is the list of that one text (§3.11).
package enum ListText {
  /// Whether a text can only be meant as a whole array: `{a,b}`, `{{1,2},{3,4}}`, `[0:1]={a,b}`.
  ///
  /// What is wrong inside is for PostgreSQL to tell; an opening brace alone is enough, so that an
  /// array with a slip in it does not become one odd element.
  package static func isOne(_ text: String) -> Bool {
    let bytes = text.utf8.drop { isSpace($0) }
    switch bytes.first {
    case UInt8(ascii: "{"): return true
    case UInt8(ascii: "["): return hasBounds(bytes)
    default: return false
    }
  }

  /// Whether a text starts with the bounds of an array's dimensions and the brace after them.
  private static func hasBounds(_ bytes: Substring.UTF8View) -> Bool {
    let rest = bytes.drop { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: isSpace(byte)
      }
    }
    guard rest.first == UInt8(ascii: "=") else { return false }
    return rest.dropFirst().first { !isSpace($0) } == UInt8(ascii: "{")
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }
}

extension Schema {
  /// Whether a text stands for a whole list of a type's values.
  func takes(_ text: @autoclosure () -> String, asListOf item: TypeReference) -> Bool {
    takesListTexts && !item.isList && self[item.type].kind == .scalar && ListText.isOne(text())
  }
}
