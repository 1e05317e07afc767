/// Finds where the statements of a script begin and end.
struct SQLScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var parentheses = 0
  /// Blocks open in a body `BEGIN ATOMIC … END`.
  private var blocks = 0
  private var words: [String] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func statements() -> [SQLScript.Statement] {
    var statements: [SQLScript.Statement] = []
    while true {
      skipBlank()
      guard position < bytes.count else { return statements }
      let start = position
      passStatement()
      let end = position
      // Past the semicolon.
      position += 1
      guard end > start else { continue }
      statements.append(
        SQLScript.Statement(
          text: String(decoding: bytes[start..<end], as: UTF8.self),
          offset: start,
          keyword: words.first ?? ""
        )
      )
    }
  }

  /// Moves to the semicolon that ends the statement, or to the end of the script.
  private mutating func passStatement() {
    parentheses = 0
    blocks = 0
    words = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: ";") where parentheses == 0 && blocks == 0: return
      case UInt8(ascii: "("):
        parentheses += 1
        position += 1
      case UInt8(ascii: ")"):
        parentheses = max(0, parentheses - 1)
        position += 1
      case UInt8(ascii: "'"): passQuoted(UInt8(ascii: "'"), backslashEscapes: false)
      case UInt8(ascii: "\""): passQuoted(UInt8(ascii: "\""), backslashEscapes: false)
      case UInt8(ascii: "$"): passDollar()
      case let byte where isWordStart(byte): passWord()
      case let byte where isDigit(byte): passNumber()
      default: if !passComment() { position += 1 }
      }
    }
  }

  // MARK: - Between statements

  private mutating func skipBlank() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), 0x09...0x0D: position += 1
      default: if !passComment() { return }
      }
    }
  }

  /// Passes a comment that begins here, if one does; those in `/* */` nest.
  private mutating func passComment() -> Bool {
    if has("--") {
      while position < bytes.count && bytes[position] != UInt8(ascii: "\n") { position += 1 }
      return true
    }
    guard has("/*") else { return false }
    var depth = 0
    repeat {
      if has("/*") {
        depth += 1
        position += 2
      } else if has("*/") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < bytes.count
    return true
  }

  private func has(_ pair: StaticString) -> Bool {
    position + 1 < bytes.count && bytes[position] == pair.utf8Start[0]
      && bytes[position + 1] == pair.utf8Start[1]
  }

  // MARK: - Words

  private mutating func passWord() {
    let start = position
    while position < bytes.count && isWordPart(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    if word == "e" && position < bytes.count && bytes[position] == UInt8(ascii: "'") {
      return passQuoted(UInt8(ascii: "'"), backslashEscapes: true)
    }
    if words.count < 4 { words.append(word) }
    if isRoutineDefinition { countBlock(word) }
    lastWord = word
  }

  private var lastWord = ""

  /// Whether the statement can have a body of statements: `CREATE [OR REPLACE] FUNCTION`.
  private var isRoutineDefinition: Bool {
    words.first == "create" && words.contains { $0 == "function" || $0 == "procedure" }
  }

  private mutating func countBlock(_ word: String) {
    switch word {
    case "atomic" where lastWord == "begin": blocks += 1
    case "case" where blocks > 0 && lastWord != "end": blocks += 1
    case "end" where blocks > 0: blocks -= 1
    default: break
    }
  }

  private mutating func passNumber() {
    while position < bytes.count && isWordPart(bytes[position]) { position += 1 }
  }

  // MARK: - Quotes

  /// A doubled quote stays inside.
  private mutating func passQuoted(_ quote: UInt8, backslashEscapes: Bool) {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\") && backslashEscapes {
        position += 1
      } else if byte == quote {
        guard position < bytes.count && bytes[position] == quote else { return }
        position += 1
      }
    }
    position = min(position, bytes.count)
  }

  /// Passes `$tag$ … $tag$`, or the dollar alone where no tag follows.
  private mutating func passDollar() {
    var end = position + 1
    while end < bytes.count && isWordPart(bytes[end]) && bytes[end] != UInt8(ascii: "$") {
      end += 1
    }
    let startsLikeName = end == position + 1 || isWordStart(bytes[position + 1])
    guard end < bytes.count && bytes[end] == UInt8(ascii: "$") && startsLikeName else {
      position += 1
      return
    }
    let tag = bytes[position...end]
    position = end + 1
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "$") && bytes[position...].starts(with: tag) {
        position += tag.count
        return
      }
      position += 1
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private func isWordStart(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  private func isWordPart(_ byte: UInt8) -> Bool {
    isWordStart(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
  }
}
