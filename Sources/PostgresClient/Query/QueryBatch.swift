/// Statements that go to the server together and succeed or fail together.
///
/// They are sent in one piece and make one implicit transaction: an error undoes those before it
/// and skips those after it. `BEGIN` and `COMMIT` do not belong into a batch.
package struct QueryBatch: Sendable {
  struct Statement: Sendable {
    enum Text: Sendable {
      case prepared(PreparedQuery)
      /// Parsed each time; for statements that will hardly come again.
      case plain(String)
    }
    let text: Text
    let parameters: Parameters
  }

  private(set) var statements: [Statement] = []

  package init() {}

  package init(_ query: PreparedQuery, _ parameters: Parameters = Parameters()) {
    append(query, parameters)
  }

  package var count: Int { statements.count }

  package mutating func reserveCapacity(_ count: Int) {
    statements.reserveCapacity(count)
  }

  package mutating func append(_ query: PreparedQuery, _ parameters: Parameters = Parameters()) {
    statements.append(Statement(text: .prepared(query), parameters: parameters))
  }

  /// Adds one statement that is not worth preparing; several in one text are refused by the server.
  package mutating func append(sql: String, _ parameters: Parameters = Parameters()) {
    statements.append(Statement(text: .plain(sql), parameters: parameters))
  }
}
