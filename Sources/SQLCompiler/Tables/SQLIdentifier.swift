extension String {
  /// The text as a quoted SQL identifier.
  package var quotedSQLIdentifier: String {
    guard utf8.contains(UInt8(ascii: "\"")) else { return "\"" + self + "\"" }
    var quoted = "\""
    for character in unicodeScalars {
      if character == "\"" { quoted.unicodeScalars.append(character) }
      quoted.unicodeScalars.append(character)
    }
    quoted.unicodeScalars.append("\"")
    return quoted
  }
}

extension String {
  /// The text as a SQL string constant, whatever `standard_conforming_strings` says.
  package var quotedSQLLiteral: String {
    let hasBackslash = utf8.contains(UInt8(ascii: "\\"))
    var quoted = hasBackslash ? " E'" : "'"
    for character in unicodeScalars {
      if character == "'" || character == "\\" { quoted.unicodeScalars.append(character) }
      quoted.unicodeScalars.append(character)
    }
    quoted.unicodeScalars.append("'")
    return quoted
  }
}
