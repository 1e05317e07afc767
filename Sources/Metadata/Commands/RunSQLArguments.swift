import JSON

/// The arguments of `run_sql`, and whether the metadata has to be checked after it.
package struct RunSQLArguments: Hashable, Sendable {
  package var sql: String
  package var source: String
  /// Whether what depends on something that is dropped is dropped from the metadata with it.
  package var cascades: Bool
  /// Nil leaves it to what the text looks like.
  package var checksMetadata: Bool?
  package var isReadOnly: Bool
  /// Whether each statement is run by itself, outside of a transaction.
  package var hasNoTransaction: Bool

  package init(decoding arguments: JSONCursor) throws(MetadataError) {
    _ = try arguments.object("RunSQL")
    sql = try arguments.required("sql").string()
    source = try arguments.source()
    cascades = try arguments.optional("cascade")?.bool() ?? false
    checksMetadata = try arguments.optional("check_metadata_consistency")?.bool()
    isReadOnly = try arguments.optional("read_only")?.bool() ?? false
    hasNoTransaction = try arguments.optional("no_transaction")?.bool() ?? false
  }

  /// Whether the catalog is compared before and after.
  package var needsMetadataCheck: Bool {
    guard !isReadOnly else { return false }
    return checksMetadata ?? Self.looksLikeSchemaChange(sql)
  }

  /// Whether one of a few words that change schemas stands in the text, wherever that is.
  static func looksLikeSchemaChange(_ sql: String) -> Bool {
    let text = Array(sql.utf8.map { $0.isUppercase ? $0 | 0x20 : $0 })
    let words = ["alter", "drop", "replace", "create function", "comment on"]
    return words.contains { text.containsWord(Array($0.utf8)) }
  }
}

extension UInt8 {
  fileprivate var isUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

  fileprivate var isWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension [UInt8] {
  /// Whether the word stands somewhere with no letter, digit or `_` beside it.
  fileprivate func containsWord(_ word: [UInt8]) -> Bool {
    guard let first = word.first, count >= word.count else { return false }
    for start in 0...(count - word.count) where self[start] == first {
      guard self[start..<(start + word.count)].elementsEqual(word) else { continue }
      let end = start + word.count
      let startsWord = start == 0 || !self[start - 1].isWord
      if startsWord && (end == count || !self[end].isWord) { return true }
    }
    return false
  }
}
