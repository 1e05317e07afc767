import JSON
import PostgresClient

/// The arguments of `run_sql`.
struct RunSQL: Hashable, Sendable {
  var sql: String
  var cascade = false
  /// Whether the metadata are checked afterwards; nil leaves it to the text.
  var checksMetadata: Bool?
  var isReadOnly = false
  var usesNoTransaction = false

  init(decoding arguments: JSONValue) throws(HasuraError) {
    guard case .object(let object) = arguments else {
      throw HasuraError(.parseFailed, "expected Object", path: "$.args")
    }
    guard let sql = object["sql"] else {
      throw HasuraError(.parseFailed, "key \"sql\" not found", path: "$.args")
    }
    guard case .string(let text) = sql else {
      throw HasuraError(.parseFailed, "parsing Text failed, expected String", path: "$.args.sql")
    }
    self.sql = text
    cascade = try Self.flag(object, "cascade") ?? false
    checksMetadata = try Self.flag(object, "check_metadata_consistency")
    isReadOnly = try Self.flag(object, "read_only") ?? false
    usesNoTransaction = try Self.flag(object, "no_transaction") ?? false
    if let source = object["source"], source != "default", !source.isNull {
      throw HasuraError(
        .notExists,
        "source with name \(source.text) does not exist",
        path: "$.args.source"
      )
    }
  }

  private static func flag(_ object: JSONObject, _ key: String) throws(HasuraError) -> Bool? {
    switch object[key] {
    case nil, .null?: return nil
    case .bool(let value)?: return value
    default:
      throw HasuraError(
        .parseFailed,
        "parsing Bool failed, expected Boolean",
        path: "$.args.\(key)"
      )
    }
  }

  /// Whether the text may have changed what the metadata rest on.
  var mayChangeSchema: Bool {
    if isReadOnly { return false }
    if let checksMetadata { return checksMetadata }
    let words = Self.words(sql)
    for (index, word) in words.enumerated() {
      let next = index + 1 < words.count ? words[index + 1] : ""
      switch (word, next) {
      case ("alter", _), ("drop", _), ("replace", _), ("create", "function"), ("comment", "on"):
        return true
      default: continue
      }
    }
    return false
  }

  /// The text's words in lower case, split at what is no letter, digit or underscore.
  private static func words(_ sql: String) -> [String] {
    sql.utf8
      .split { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
          false
        default: true
        }
      }
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
  }

  /// The answer to the last statement: its rows as text, or that there are none.
  static func answer(_ results: [QueryResult]) -> JSONValue {
    guard let last = results.last, last.hasRows else {
      return ["result_type": "CommandOk", "result": nil]
    }
    let header = (0..<last.columnCount).map { JSONValue.string(last.columnName($0)) }
    let rows = (0..<last.rowCount).map { row in
      JSONValue.array(
        (0..<last.columnCount).map { .string(last.string(row, $0) ?? "NULL") }
      )
    }
    return ["result_type": "TuplesOk", "result": .array([.array(header)] + rows)]
  }
}
