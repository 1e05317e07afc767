package import Catalog
import JSON
import SQLCompiler

/// A table whose rows are the values of a GraphQL enum: a text key, and perhaps a text comment.
package struct EnumTable: Sendable {
  private let name: TableName
  private let key: Column?
  private let comment: Column?
  /// What keeps the table's shape from being one of an enum table, in Hasura's words.
  private let faults: [String]

  package init(_ table: Table, in catalog: Catalog) {
    func isText(_ column: Column) -> Bool { catalog[column.type].name == "text" }
    func fault(_ what: String, _ column: Column) -> String {
      "the table’s \(what) (\"\(column.name)\") must have type \"text\", not type "
        + "\"\(catalog[column.type].sqlName)\""
    }
    var faults: [String] = []
    let keyColumns = (table.primaryKey?.columns ?? []).compactMap { table.column(named: $0) }
    if keyColumns.isEmpty {
      faults.append("the table must have a primary key")
    } else if keyColumns.count > 1 {
      faults.append(
        "the table’s primary key must not span multiple columns ("
          + keyColumns.map(\.name).sorted().joined(separator: ", ") + ")"
      )
    } else if !isText(keyColumns[0]) {
      faults.append(fault("primary key", keyColumns[0]))
    }
    let key = faults.isEmpty ? keyColumns.first : nil
    let others = table.columns.filter { $0 != key }
    if others.count > 1 {
      faults.append(
        "the table must have exactly one primary key and optionally one comment column, not "
          + "\(others.count) columns (" + others.map(\.name).sorted().joined(separator: ", ") + ")"
      )
    } else if let other = others.first, key != nil, !isText(other) {
      faults.append(fault("comment column", other))
    }
    name = table.name
    self.key = key
    comment = faults.isEmpty ? others.first : nil
    self.faults = faults
  }

  /// The statement whose rows are key and comment; nil where the table cannot be an enum table.
  package var query: String? {
    guard faults.isEmpty, let key else { return nil }
    let comment = comment.map(\.name.quotedSQLIdentifier) ?? "NULL"
    let table = "\(name.schema.quotedSQLIdentifier).\(name.name.quotedSQLIdentifier)"
    return "SELECT \(key.name.quotedSQLIdentifier), \(comment) FROM \(table) "
      + "ORDER BY 1 COLLATE \"C\""
  }

  /// Why the table with these rows cannot be an enum table, in Hasura's words.
  package func inconsistency(with values: [EnumTableValue]) -> String? {
    var reasons = faults
    if faults.isEmpty {
      let invalid = values.map(\.key).filter { !$0.isEnumValueName }
      if values.isEmpty { reasons.append("the table must have at least one row") }
      if !invalid.isEmpty { reasons.append(Self.fault(ofNames: invalid.sorted())) }
    }
    guard let first = reasons.first else { return nil }
    let start = "Inconsistent object: the table \(name.quoted) cannot be used as an enum "
    guard reasons.count > 1 else { return start + "because \(first)" }
    return start + "for the following reasons:\n"
      + reasons.map { "  • \($0)\n" }.joined()
  }

  private static func fault(ofNames names: [String]) -> String {
    let quoted = names.map { "\"\($0)\"" }
    let last = quoted[quoted.count - 1]
    switch quoted.count {
    case 1: return "the value \(last) is not a valid GraphQL enum value name"
    case 2: return "the values \(quoted[0]) and \(last) are not valid GraphQL enum value names"
    default:
      let others = quoted.dropLast().joined(separator: ", ")
      return "the values \(others), and \(last) are not valid GraphQL enum value names"
    }
  }
}

/// A row of an enum table: a value of the GraphQL enum that the table makes.
package struct EnumTableValue: Hashable, Sendable {
  /// The primary key.
  package var key: String
  /// The other column, where the table has one.
  package var comment: String?

  package init(key: String, comment: String? = nil) {
    self.key = key
    self.comment = comment
  }
}

extension String {
  /// Whether an enum may have a value of the name (§3.9).
  var isEnumValueName: Bool {
    isGraphQLName && self != "true" && self != "false" && self != "null"
  }
}
