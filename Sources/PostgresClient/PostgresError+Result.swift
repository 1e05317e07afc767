import CPostgres

extension PostgresError {
  /// Reads the fields of an error result; the result stays the caller's.
  init(result: OpaquePointer) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    // Without a SQLSTATE the error is libpq's own: the connection broke under the statement.
    let sqlstate = field("C")
    self.init(
      kind: sqlstate == nil ? .connection : .server,
      sqlstate: sqlstate.map { SQLState($0) } ?? .connectionFailure,
      message: field("M") ?? Self.trimmed(PQresultErrorMessage(result))
    )
    severity = field("V") ?? "ERROR"
    detail = field("D")
    hint = field("H")
    position = field("P").flatMap { Int($0) }
    internalQuery = field("q")
    internalPosition = field("p").flatMap { Int($0) }
    context = field("W")
    schema = field("s")
    table = field("t")
    column = field("c")
    dataType = field("d")
    constraint = field("n")
    routine = field("R")
  }

  /// What libpq says about a connection; it names host and user, never the password.
  init(connection: OpaquePointer, sqlstate: SQLState = .connectionFailure) {
    self.init(
      kind: .connection,
      sqlstate: sqlstate,
      message: Self.trimmed(PQerrorMessage(connection))
    )
  }

  /// libpq's texts end with a line feed.
  private static func trimmed(_ text: UnsafePointer<CChar>?) -> String {
    var text = text.map { String(cString: $0) } ?? ""
    while text.last?.isNewline == true { text.removeLast() }
    return text.isEmpty ? "the connection to the server was lost" : text
  }
}
