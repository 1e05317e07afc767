import Engine

/// Texts of SQL out of any bytes: their statements stand in them, one behind the other, with nothing but
/// semicolons, white space and comments between them.
enum SQLStatementsCheck {
  static func run(_ bytes: [UInt8]) {
    // What is no UTF-8 becomes so first: a request has nothing else.
    let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
    var position = 0
    for statement in SQLStatements.split(String(decoding: text, as: UTF8.self)) {
      let part = Array(statement.utf8)
      precondition(!part.isEmpty, "a statement is empty")
      while !text[position...].starts(with: part) {
        position += 1
        precondition(position + part.count <= text.count, "a statement is not in the text")
      }
      position += part.count
    }
  }
}
