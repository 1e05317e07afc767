import PostgresClient

/// Why the database was not migrated; whatever it says, nothing of the named file was kept.
struct MigrationError: Error, Sendable, Hashable {
  enum Reason: Sendable, Hashable {
    // The folder.
    case misnamed(String)
    case sameNumber(String, String)
    case downWithoutUp(String)
    case transactionControl(file: String, line: Int, keyword: String)
    // The folder and the database.
    case edited(String)
    case renamed(applied: String, file: String)
    case missing(String)
    case outOfOrder(String, after: String)
    case noWayBack(String)
    // A statement.
    case failed(Failure)
  }

  /// A statement that PostgreSQL refused, and where it stands.
  struct Failure: Sendable, Hashable {
    var file: String
    var place: SQLScript.Place
    /// In the file, in characters from one.
    var position: Int
    var error: PostgresError
  }

  var reason: Reason

  init(_ reason: Reason) {
    self.reason = reason
  }
}

extension MigrationError: CustomStringConvertible {
  var description: String {
    switch reason {
    case .misnamed(let file):
      "\(file) is not named like a migration: NNNN_name.up.sql or NNNN_name.down.sql"
    case .sameNumber(let first, let second):
      "\(first) and \(second) have the same number"
    case .downWithoutUp(let file):
      "\(file) takes back what no .up.sql of the same name does"
    case .transactionControl(let file, let line, let keyword):
      "\(file):\(line): \(keyword) is not allowed: a migration runs in one transaction"
    case .edited(let name):
      "\(name) was edited after it was applied: restore the file and write a new migration"
    case .renamed(let applied, let file):
      "\(applied) is applied to the database, but the folder has \(file) under its number"
    case .missing(let name):
      "\(name) is applied to the database, but the folder does not have it"
    case .outOfOrder(let name, let last):
      "\(name) comes before \(last), which is applied already: give it a higher number"
    case .noWayBack(let name):
      "\(name) cannot be taken back: the folder has no \(name).down.sql"
    case .failed(let failure): failure.description
    }
  }
}

extension MigrationError.Failure: CustomStringConvertible {
  /// `Migrations/0004_bars.up.sql:12:5: ERROR 42P01: relation "x" does not exist (position 345)`,
  /// with PostgreSQL's detail, hint and context on lines of their own.
  var description: String {
    var lines = [
      "\(file):\(place.line):\(place.column): \(error.severity) \(error.sqlstate):"
        + " \(error.message) (position \(position))"
    ]
    if let detail = error.detail { lines.append("  detail: \(detail)") }
    if let hint = error.hint { lines.append("  hint: \(hint)") }
    if let query = error.internalQuery { lines.append("  in: \(query)") }
    if let context = error.context { lines.append("  context: \(context)") }
    return lines.joined(separator: "\n")
  }
}
