/// A file of SQL, cut into its statements.
///
/// The cut follows PostgreSQL's lexical rules as `psql` does: a semicolon ends a statement unless
/// it stands in a string, a quoted name, a dollar quote, a comment, parentheses or a function body
/// of the form `BEGIN ATOMIC … END`.
struct SQLScript: Sendable {
  /// One statement, without its semicolon and the comments before it.
  struct Statement: Sendable, Hashable {
    var text: String
    /// Bytes of the script before it.
    var offset: Int
    /// Its first word in lower case.
    var keyword: String
  }

  let bytes: [UInt8]
  let statements: [Statement]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var scanner = SQLScanner(bytes)
    statements = scanner.statements()
  }

  /// Where something stands, both counted from one; the column in characters.
  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  /// The place of a byte.
  func place(ofByte offset: Int) -> Place {
    let before = bytes.prefix(max(0, offset))
    let newline = UInt8(ascii: "\n")
    let line = before.count { $0 == newline } + 1
    let lineStart = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
    return Place(line: line, column: characters(in: lineStart..<before.endIndex) + 1)
  }

  /// The place of the character that PostgreSQL counts from one within a statement.
  func place(ofCharacter position: Int, in statement: Statement) -> Place {
    var offset = statement.offset
    var remaining = position - 1
    while offset < bytes.count {
      if !isContinuation(bytes[offset]) {
        if remaining <= 0 { break }
        remaining -= 1
      }
      offset += 1
    }
    return place(ofByte: offset)
  }

  /// The position in the whole file, in characters from one, of a position within a statement.
  func position(ofCharacter position: Int, in statement: Statement) -> Int {
    characters(in: 0..<statement.offset) + position
  }

  private func characters(in range: Range<Int>) -> Int {
    bytes[range].count { !isContinuation($0) }
  }

  private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
