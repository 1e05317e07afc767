/// The statements of a text, split at the semicolons that end them.
///
/// Strings, quoted names, dollar quotes, comments, parentheses and the bodies of functions written with
/// `begin atomic` keep theirs, as in psql, whose rules these are. What cannot be told apart, an unclosed
/// quote say, belongs to the last statement, for PostgreSQL to refuse.
package struct SQLStatements {
  private let bytes: [UInt8]
  private var position = 0
  private var start = 0
  /// Whether anything but white space and comments has come since `start`.
  private var hasContent = false
  private var parentheses = 0
  /// How many `begin` and `case` of a function's body are open.
  private var blocks = 0
  /// The first words of the statement, in lower case: enough to see that it makes a function.
  private var words: [String] = []
  private var found: [String] = []

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// Each statement without its semicolon; those without content are left out.
  package static func split(_ text: String) -> [String] {
    var splitter = SQLStatements(text)
    splitter.run()
    return splitter.found
  }

  private mutating func run() {
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "'"): skipString(escapes: false)
      case UInt8(ascii: "\""): skipQuoted(UInt8(ascii: "\""), escapes: false)
      case UInt8(ascii: "-") where next == UInt8(ascii: "-"): skipLine()
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"): skipComment()
      case UInt8(ascii: "$"): skipDollar()
      case UInt8(ascii: ";") where parentheses == 0 && blocks == 0: end()
      case UInt8(ascii: "("): step { $0.parentheses += 1 }
      case UInt8(ascii: ")"): step { $0.parentheses = max($0.parentheses - 1, 0) }
      case _ where Self.isWordStart(byte): takeWord()
      case _ where Self.isDigit(byte): skipNumber()
      case 0x20, 0x09...0x0D: position += 1
      default: step { _ in }
      }
    }
    end()
  }

  private var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

  private mutating func step(_ change: (inout Self) -> Void) {
    hasContent = true
    change(&self)
    position += 1
  }

  private mutating func end() {
    if hasContent { found.append(String(decoding: bytes[start..<position], as: UTF8.self)) }
    position += 1
    start = min(position, bytes.count)
    hasContent = false
    parentheses = 0
    blocks = 0
    words = []
  }

  // MARK: - Words

  private mutating func takeWord() {
    let first = position
    while position < bytes.count, Self.isWordPart(bytes[position]) { position += 1 }
    hasContent = true
    let word = String(decoding: bytes[first..<position], as: UTF8.self).lowercased()
    if word == "e", position < bytes.count, bytes[position] == UInt8(ascii: "'") {
      return skipString(escapes: true)
    }
    if words.count < 4 { words.append(word) }
    guard makesRoutine, parentheses == 0 else { return }
    switch word {
    case "begin": blocks += 1
    case "case" where blocks > 0: blocks += 1
    case "end" where blocks > 0: blocks -= 1
    default: break
    }
  }

  /// Whether the statement is `create [or replace] function` or `procedure`.
  private var makesRoutine: Bool {
    guard words.first == "create" else { return false }
    let kind = words.dropFirst().first { $0 != "or" && $0 != "replace" }
    return kind == "function" || kind == "procedure"
  }

  private mutating func skipNumber() {
    hasContent = true
    while position < bytes.count, Self.isWordPart(bytes[position]) { position += 1 }
  }

  // MARK: - What keeps its semicolons

  private mutating func skipString(escapes: Bool) {
    skipQuoted(UInt8(ascii: "'"), escapes: escapes)
  }

  /// Skips to the closing quote.
  ///
  /// A doubled one closes and opens again, which comes to the same.
  private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) {
    hasContent = true
    position += 1
    while position < bytes.count, bytes[position] != quote {
      position += escapes && bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, bytes.count)
    // Behind a doubled quote of an escaping string, escapes go on.
    if escapes, position < bytes.count, bytes[position] == quote {
      skipQuoted(quote, escapes: true)
    }
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if bytes[position] == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if bytes[position] == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < bytes.count
  }

  /// Skips `$tag$ … $tag$`; a parameter such as `$1` is no quote.
  private mutating func skipDollar() {
    hasContent = true
    var end = position + 1
    if end < bytes.count, Self.isWordStart(bytes[end]) {
      while end < bytes.count, Self.isWordPart(bytes[end]), bytes[end] != UInt8(ascii: "$") {
        end += 1
      }
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else {
      position += 1
      return
    }
    let tag = bytes[position...end]
    position = end + 1
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "$"), bytes[position...].starts(with: tag) {
        position += tag.count
        return
      }
      position += 1
    }
  }

  private static func isWordStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// A dollar sign within a name begins no quote.
  private static func isWordPart(_ byte: UInt8) -> Bool {
    isWordStart(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
  }
}
