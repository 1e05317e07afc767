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
  /// What the statements are to find set; batches without one find nothing of others'.
  package var setting: SessionSetting?

  package init() {}

  package init(_ query: PreparedQuery, _ parameters: Parameters = Parameters()) {
    append(query, parameters)
  }

  /// A batch of one statement that is not worth preparing.
  package init(sql: String) {
    append(sql: sql)
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

  /// Adds the statements of another batch, and takes over its setting where there is none yet.
  package mutating func append(contentsOf other: QueryBatch) {
    statements += other.statements
    setting = setting ?? other.setting
  }

  /// Why the server could not take the batch, found before a byte is sent.
  var defect: PostgresError? {
    if setting?.parameters.containsNUL == true { return Self.containsNUL }
    for (index, statement) in statements.enumerated() {
      var error: PostgresError
      if statement.parameters.containsNUL {
        error = Self.containsNUL
      } else if statement.parameters.count > Self.maximumParameters {
        error = PostgresError(
          kind: .server,
          sqlstate: .programLimitExceeded,
          message: "a statement cannot have more than \(Self.maximumParameters) parameters"
        )
      } else {
        continue
      }
      error.statement = index
      return error
    }
    return nil
  }

  /// The server's own words; libpq would cut the text at the zero byte instead.
  private static let containsNUL = PostgresError(
    kind: .server,
    sqlstate: .invalidCharacterInText,
    message: "invalid byte sequence for encoding \"UTF8\": 0x00"
  )

  /// The protocol counts parameters in 16 bits.
  private static let maximumParameters = 65_535
}
